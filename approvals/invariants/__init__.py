"""What must always hold about reviews, credit and what completion writes, and that history and decisions agree."""

from approvals.invariants import amended, reviews, told
from approvals.invariants.reviews import exceeded_credit

__all__ = ["amended", "exceeded_credit", "reviews", "told"]
