"""The customer: a company that buys from us, or may; its file, and who sees it."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.rights import teams_of
from accounts.roles import Role
from core.models import Stateful
from core.text_key import KeyField, words_of
from customers.credit_code import check_code
from customers.models.grades import Grade
from customers.models.terms import PaymentTerms
from customers.phones import refuse_private_mobile
from customers.served import was_shipped_to
from customers.statuses import Cooperation, CustomerStatus, CustomerType

CODE_TAKEN = _("Another customer has this credit code already. Look for that file, or ask your manager about it.")


#: Above this many customers that match, rows are compared on the way, because soon enough one does.
MANY = 1000


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The customers this person may see: own (rep), the team's and unassigned (manager), those that were shipped to
        (service), all (finance, admin); those that were merged into another one are that one.
        """
        return self.filter(merged_into=None)._in_reach_of(user)

    def led_on(self, user: User) -> Self:
        """Those that were merged into a file that this person may see: who comes the old way is led there."""
        successors = Customer.objects.visible_to(user).order_by()
        return self.filter(merged_into__in=successors).select_related("merged_into")

    def _in_reach_of(self, user: User) -> Self:
        if user.role == Role.REP:
            return self.filter(owner=user)
        if user.role == Role.MANAGER:
            return self.filter(models.Q(team__in=teams_of(user)) | models.Q(owner__isnull=True))
        if user.role == Role.SERVICE:
            return self.filter(was_shipped_to())
        return self if user.role in (Role.FINANCE, Role.ADMIN) else self.none()

    def seen_by(self, user: User, field: str) -> list[str]:
        """What stands in a field (province, industry) of the files of ``visible_to``, sorted."""
        named = self.filter(merged_into=None).exclude(**{field: ""}).order_by()
        if user.role != Role.MANAGER:
            return sorted(named._in_reach_of(user).values_list(field, flat=True).distinct())
        # Two questions, because no index answers "the team's or nobody's".
        teams, nobodys = named.filter(team__in=teams_of(user)), named.filter(owner=None)
        return sorted(teams.values_list(field, flat=True).union(nobodys.values_list(field, flat=True)))

    def open(self):
        """Those that may order: not frozen."""
        return self.filter(status=CustomerStatus.ACTIVE)

    def unattended(self):
        """Those that nobody who works here looks after: open ones without an owner, and all whose owner has left."""
        return self.filter(models.Q(owner=None, status=CustomerStatus.ACTIVE) | models.Q(owner__is_active=False))

    def matching(self, wanted: "str | CustomerSearch"):
        """Those whose number, names, pinyin, initials, contacts or phones contain every word."""
        wanted = CustomerSearch.of(wanted)
        if wanted.few is not None:
            return self.filter(pk__among=wanted.few)
        # Many of them: whatever order the list has, a page of it is full soon.
        found = self
        for word in wanted.words:
            found = found.filter(search_key__contains=word)
        return found


class CustomerSearch:
    """Words by which somebody looks for customers; the index is asked once, however often one looks."""

    #: So many of the newest files tell whether most have a word.
    _SAMPLE = 50

    def __init__(self, text: str):
        self.text = text.strip()
        self.words = words_of(text)

    @classmethod
    def of(cls, wanted: "str | CustomerSearch") -> "CustomerSearch":
        return wanted if isinstance(wanted, CustomerSearch) else cls(wanted)

    @cached_property
    def few(self) -> list[int] | None:
        """The ids of the customers that have every word; None when they are more than ``MANY``.

        Words that most of the newest customers have (“Co., Ltd.”) are not even looked for: a walk finds them sooner.
        """
        keys = list(Customer.objects.order_by("-pk").values_list("search_key", flat=True)[: self._SAMPLE])
        rare = [word for word in self.words if sum(word in key for key in keys) <= len(keys) // 2]
        if not rare:
            return None
        found = Customer.objects.order_by()
        for word in self.words:
            found = found.filter(search_key__holds=word) if word in rare else found.filter(search_key__contains=word)
        few = list(found.values_list("pk", flat=True)[: MANY + 1])
        return few if len(few) <= MANY else None


class Customer(Stateful):
    """A company that buys from us, or may: its file, its terms, who owns the relation."""

    states = CustomerStatus

    class Source(models.TextChoices):
        REFERRAL = "referral", _("Referral")
        EXHIBITION = "exhibition", _("Exhibition")
        WEBSITE = "website", _("Website")
        COLD_CALL = "cold_call", _("Cold call")
        TENDER = "tender", _("Tender")
        IMPORT = "import", _("Import")
        OTHER = "other", _("Other")

    number = models.CharField(_("customer number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("customer name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, default="", validators=[check_code]
    )
    industry = models.CharField(_("industry"), max_length=60, blank=True, default="")
    source = models.CharField(_("source"), max_length=20, choices=Source.choices, blank=True, default="")
    referred_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("referred by"), related_name="referrals"
    )
    province = models.CharField(_("province"), max_length=30, blank=True, default="")
    city = models.CharField(_("city"), max_length=30, blank=True, default="")
    district = models.CharField(_("district"), max_length=30, blank=True, default="")
    address = models.CharField(_("address"), max_length=200, blank=True, default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="customers",
    )
    # The owner's team, kept here so that a manager's list needs no join.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    core_needs = models.TextField(_("core needs"), blank=True, default="")
    repurchase_on = models.DateField(_("expected repurchase"), null=True, blank=True)
    payment_terms = models.ForeignKey(
        PaymentTerms, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("default payment terms")
    )
    invoice_title = models.CharField(_("invoice title"), max_length=120, blank=True, default="")
    tax_number = models.CharField(_("tax number"), max_length=30, blank=True, default="")
    bank_name = models.CharField(_("bank"), max_length=100, blank=True, default="")
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True, default="")
    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, default=Grade.C, editable=False)
    credit_limit = models.DecimalField(
        _("own credit limit (元)"), max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    # The last day of its own limit; from the next day on it is its grade's again. None: it has no end.
    credit_limit_until = models.DateField(_("own credit limit until"), null=True, editable=False)
    credit_limit_reason = models.CharField(
        _("reason for its own credit limit"), max_length=200, blank=True, default="", editable=False
    )

    # Never typed: what its effective orders come to (without tax) and what of them is overdue (with tax), counted by
    # billing.customer_facts; the last final sign-off, moved when an order is completed; the score by callbacks.
    customer_type = models.CharField(
        _("customer type"), max_length=10, choices=CustomerType.choices, default=CustomerType.POTENTIAL, editable=False
    )
    cooperation = models.CharField(
        _("cooperation"), max_length=10, choices=Cooperation.choices, default=Cooperation.NONE, editable=False
    )
    first_order_on = models.DateField(_("first order"), null=True, editable=False)
    last_order_on = models.DateField(_("last order"), null=True, editable=False)
    last_cooperation_on = models.DateField(_("last cooperation"), null=True, editable=False)
    order_count = models.PositiveIntegerField(_("orders"), default=0, editable=False)
    cumulative_amount = models.DecimalField(
        _("cumulative amount (元)"), max_digits=14, decimal_places=2, default=0, editable=False
    )
    annual_amount = models.DecimalField(
        _("amount of twelve months (元)"), max_digits=14, decimal_places=2, default=0, editable=False
    )
    average_score = models.DecimalField(_("average score"), max_digits=3, decimal_places=2, null=True, editable=False)
    overdue_amount = models.DecimalField(_("overdue (元)"), max_digits=14, decimal_places=2, default=0, editable=False)
    # What it paid that pays nothing yet.
    balance = models.DecimalField(_("balance (元)"), max_digits=14, decimal_places=2, default=0, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=CustomerStatus.choices, default=CustomerStatus.ACTIVE, editable=False
    )
    # The file that is this company's now; of several merges one after the other, the last.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        verbose_name=_("merged into"),
        related_name="absorbed",
    )
    # Numbers, names and short names of the files that were merged into it, a line each: it is found by them.
    former_names = models.TextField(default="", editable=False)
    frozen_reason = models.CharField(_("reason for freezing"), max_length=200, blank=True, default="", editable=False)
    number_key = KeyField(of="number", unique=True)
    name_key = KeyField(of="name", db_index=True)
    short_name_key = KeyField(of="short_name", db_index=True)
    # number, names, pinyin, initials, contacts and phones in the form of core.text_key; written by services only
    search_key = models.TextField(editable=False, default="")
    name_pinyin = models.CharField(max_length=200, editable=False, default="")
    submit_token = models.UUIDField(unique=True, null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~models.Q(credit_code=""),
                name="credit_code_belongs_to_one_customer",
                violation_error_code="unique",
                violation_error_message=CODE_TAKEN,
            ),
            models.CheckConstraint(condition=models.Q(credit_limit__gte=0), name="credit_limit_not_negative"),
            models.CheckConstraint(
                condition=~models.Q(status=CustomerStatus.MERGED) | models.Q(merged_into__isnull=False),
                name="merged_file_says_into_which",
            ),
        ]
        indexes = [
            # The provinces to filter by: everybody's, a team's, a rep's.
            models.Index(fields=["province"], name="customer_by_province"),
            models.Index(fields=["team", "province"], name="customer_by_team_province"),
            models.Index(fields=["owner", "province"], name="customer_by_owner_province"),
            # The industries to filter by, likewise.
            models.Index(fields=["industry"], name="customer_by_industry"),
            models.Index(fields=["team", "industry"], name="customer_by_team_industry"),
            models.Index(fields=["owner", "industry"], name="customer_by_owner_industry"),
            # The list filtered by grade, type or cooperation, newest first.
            models.Index(fields=["grade", "-id"], name="customer_by_grade"),
            models.Index(fields=["customer_type", "-id"], name="customer_by_type"),
            models.Index(fields=["cooperation", "-id"], name="customer_by_cooperation"),
            # The list by the amount of twelve months: everybody's, a team's, a rep's.
            models.Index(fields=["annual_amount", "id"], name="customer_by_amount"),
            models.Index(fields=["team", "annual_amount", "id"], name="customer_by_team_amount"),
            models.Index(fields=["owner", "annual_amount", "id"], name="customer_by_owner_amount"),
            # Who owes most beyond the due date: everybody's, a team's, a rep's.
            models.Index(fields=["overdue_amount", "id"], name="customer_by_overdue"),
            models.Index(fields=["team", "overdue_amount", "id"], name="customer_by_team_overdue"),
            models.Index(fields=["owner", "overdue_amount", "id"], name="customer_by_owner_overdue"),
            # Who falls silent today.
            models.Index(fields=["last_order_on"], name="customer_by_last_order"),
            # A rep's and a team's list, newest first; sorted by pinyin.
            models.Index(fields=["owner", "-id"], name="customer_by_owner"),
            models.Index(fields=["team", "-id"], name="customer_by_team"),
            models.Index(fields=["name_pinyin", "id"], name="customer_by_pinyin"),
            models.Index(fields=["owner", "name_pinyin", "id"], name="customer_by_owner_pinyin"),
            models.Index(fields=["team", "name_pinyin", "id"], name="customer_by_team_pinyin"),
        ]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("customers:detail", args=[self.pk])

    @property
    def active(self) -> bool:
        """Whether it may order: a frozen customer gets no new orders."""
        return self.status == CustomerStatus.ACTIVE

    def own_limit_on(self, day: date) -> Decimal | None:
        """Its own credit limit (元), up to and including its last day; None when it has none in force."""
        is_over = self.credit_limit_until is not None and self.credit_limit_until < day
        return None if is_over else self.credit_limit

    @property
    def cooperation_family(self) -> str:
        """The colour family of its badge."""
        return Cooperation(self.cooperation).family

    @property
    def primary_contact(self) -> "Contact | None":
        """Whom we call first; reads the contacts that are loaded already, if they are."""
        return next((contact for contact in self.contacts.all() if contact.is_primary), None)

    @property
    def successor(self) -> "Customer":
        """The file that is this company's now: itself, or the one that it was merged into."""
        return self.merged_into or self

    @property
    def why_merged(self) -> str:
        """A sentence that says into which file it was merged; empty when it was not."""
        if self.merged_into is None:
            return ""
        words = {"old": self.number, "new": self.merged_into.number, "name": self.merged_into.short_name}
        return gettext("%(old)s was merged into %(new)s %(name)s: please go on there.") % words

    @property
    def why_no_order(self) -> str:
        """A sentence that says why this customer cannot be ordered for; empty when nothing stands against it."""
        if self.merged_into_id:
            return self.why_merged
        if not self.active:
            return gettext("This customer is frozen: no new orders.")
        return "" if self.owner_id else gettext("Nobody owns this customer yet: a manager chooses an owner first.")

    @property
    def province_and_city(self) -> str:
        """As lists show it: 北京市 once."""
        return " ".join(dict.fromkeys(part for part in (self.province, self.city) if part))

    @property
    def full_address(self) -> str:
        """Province, city, district and detail in one line, as it goes on a delivery note: 北京市 once."""
        return " ".join(part for part in (self.province_and_city, self.district, self.address) if part)


class PresentContacts(models.Manager):
    """The contacts who still work at the customer; orders reach those who left through their own reference."""

    def get_queryset(self):
        return super().get_queryset().filter(departed=False)


class Contact(models.Model):
    """A person at the customer whom we may call at work; business data only. Who left stays for the orders' sake."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("contact name"), max_length=60, validators=[refuse_private_mobile])
    job_title = models.CharField(
        _("job title"), max_length=60, blank=True, default="", validators=[refuse_private_mobile]
    )
    phone = models.CharField(
        _("office phone"), max_length=40, blank=True, default="", validators=[refuse_private_mobile]
    )
    email = models.EmailField(_("e-mail"), blank=True, default="")
    is_primary = models.BooleanField(_("primary contact"), default=False)
    departed = models.BooleanField(default=False, editable=False)

    objects = PresentContacts()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(is_primary=True), name="one_primary_contact_per_customer"
            ),
            models.CheckConstraint(
                condition=~models.Q(is_primary=True, departed=True), name="primary_contact_is_present"
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.job_title}".strip()
