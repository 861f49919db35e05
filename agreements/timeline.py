"""How price agreements read in the history of a customer's file."""

from django.utils.translation import gettext_lazy as _

from core.events import Wording, describe

describe(
    "customers.Customer",
    price_agreed=Wording(_("Price agreed: %(product)s at ¥%(price)s, %(period)s"), "good", of_money=True),
    price_ended=Wording(_("Agreed price ended: %(product)s, last day %(day)s"), "now", of_money=True),
    price_withdrawn=Wording(_("Agreed price withdrawn: %(product)s at ¥%(price)s"), "now", of_money=True),
    prices_imported=Wording(_("Price agreements imported from %(file)s: %(n)s"), "good", of_money=True),
)
