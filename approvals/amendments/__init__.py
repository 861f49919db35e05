"""Amendments (订单变更): what would change in an approved order, who must look at it, and how it comes into force."""
