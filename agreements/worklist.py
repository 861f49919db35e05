"""What waits about prices: agreements that end soon, with nothing agreed for the days after."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from agreements.models import PriceAgreement
from core.deadlines import end_of, last_closed
from core.templatetags.ui import price
from core.worklist import Item, Source, worklist_source
from customers.statuses import CustomerStatus


@worklist_source
class EndingAgreements(Source):
    """For owners, and managers where nobody owns the customer: what ends within thirty days and is not followed."""

    kind = "agreements"
    label = gettext_lazy("Price agreements")

    def waiting(self, user: User) -> QuerySet:
        if user.role not in (Role.REP, Role.MANAGER):
            return PriceAgreement.objects.none()
        owner = user if user.role == Role.REP else None
        ending = PriceAgreement.objects.ending_soon(timezone.localdate())
        still_sold = ending.filter(customer__status=CustomerStatus.ACTIVE, product__active=True)
        mine = still_sold.filter(customer__owner=owner).select_related("customer", "product")
        return mine.order_by("last_day", "id")

    def due_before(self, instants):
        return [Q(last_day__lte=last_closed(instant)) for instant in instants]

    def items_of(self, records):
        return [self._item(agreement) for agreement in records]

    def list_url(self):
        return f"{reverse('agreements:list')}?state=soon"

    def _item(self, agreement: PriceAgreement) -> Item:
        words = {"price": price(agreement.price), "day": agreement.last_day.isoformat()}
        return Item(
            kind=self.kind,
            kind_label=str(self.label),
            whom=agreement.customer.short_name,
            grade=agreement.customer.grade,
            what=_("An agreed price ends: agree anew, or let it go"),
            detail=str(agreement.product),
            url=agreement.get_absolute_url(),
            verb=_("Look at it"),
            due=end_of(agreement.last_day),
            why=_("Agreed at ¥%(price)s until %(day)s, and nothing is agreed for the days after.") % words,
        )
