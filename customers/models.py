"""Whom we serve: customer files with their contacts, the grade policies and the payment terms."""

from functools import cached_property

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.roles import Role
from core.pinyin import words_of
from customers.credit_code import check_code
from customers.phones import refuse_private_mobile


class Grade(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class Trigger(models.TextChoices):
    """What makes an instalment due."""

    PREPAYMENT = "prepayment", _("Prepayment")
    BEFORE_PRODUCTION = "before_production", _("Before production")
    BEFORE_SHIPMENT = "before_shipment", _("Before shipment")
    ARRIVAL = "arrival", _("On arrival")
    ACCEPTANCE = "acceptance", _("On acceptance")


class PaymentTerms(models.Model):
    """A template of instalments such as “30%预付款，70%到货款”; copied onto each order that uses it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("payment terms")
        verbose_name_plural = _("payment terms")
        ordering = ["id"]

    def __str__(self):
        return self.name


class TermsInstalment(models.Model):
    """One part of payment terms: a percentage, what makes it due, and how many days after that."""

    terms = models.ForeignKey(PaymentTerms, on_delete=models.CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField(_("position"))
    percent = models.DecimalField(
        _("per cent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    trigger = models.CharField(_("trigger"), max_length=20, choices=Trigger.choices)
    days = models.PositiveSmallIntegerField(_("days after the trigger"), default=0)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "position"], name="one_instalment_per_position"),
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100), name="terms_percent_between_0_and_100"
            ),
        ]

    def __str__(self):
        return f"{self.percent.normalize():f}% {self.get_trigger_display()}"


class GradePolicy(models.Model):
    """What a grade of customers is granted: credit, cap, discount, terms. Empty means none set, never unlimited."""

    grade = models.CharField(_("grade"), max_length=1, choices=Grade.choices, primary_key=True)
    annual_threshold = models.DecimalField(_("annual amount from (元)"), max_digits=14, decimal_places=2, default=0)
    credit_limit = models.DecimalField(_("credit limit (元)"), max_digits=14, decimal_places=2, null=True, blank=True)
    order_cap = models.DecimalField(_("single-order cap (元)"), max_digits=14, decimal_places=2, null=True, blank=True)
    max_discount = models.DecimalField(
        _("largest discount (%)"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    allowed_terms = models.ManyToManyField(PaymentTerms, blank=True, verbose_name=_("allowed payment terms"))
    visit_interval = models.PositiveSmallIntegerField(_("visit interval (days)"), default=0)

    class Meta:
        verbose_name = _("grade policy")
        verbose_name_plural = _("grade policies")
        ordering = ["grade"]

    def __str__(self):
        return self.grade


CODE_TAKEN = _("Another customer has this credit code already. Look for that file, or ask your manager about it.")


#: Above this many customers that match, rows are compared on the way, because soon enough one does.
MANY = 1000


class CustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The customers this person may see: own (rep), the team's and unassigned (manager), all (finance, admin)."""
        if user.role == Role.REP:
            return self.filter(owner=user)
        if user.role == Role.MANAGER:
            return self.filter(models.Q(team=user.team_id) | models.Q(owner__isnull=True))
        return self if user.role in (Role.FINANCE, Role.ADMIN) else self.none()

    def provinces_seen_by(self, user) -> list[str]:
        """The provinces in the files of ``visible_to``, sorted."""
        named = self.exclude(province="").order_by()
        if user.role != Role.MANAGER:
            return sorted(named.visible_to(user).values_list("province", flat=True).distinct())
        # Two questions, because no index answers "the team's or nobody's".
        teams, nobodys = named.filter(team=user.team_id), named.filter(owner=None)
        return sorted(teams.values_list("province", flat=True).union(nobodys.values_list("province", flat=True)))

    def open(self):
        """Those that may order: not frozen."""
        return self.filter(active=True)

    def matching(self, wanted: "str | Wanted"):
        """Those whose number, names, pinyin, initials, contacts or phones contain every word."""
        wanted = Wanted.of(wanted)
        if wanted.few is not None:
            return self.filter(pk__among=wanted.few)
        # Many of them: whatever order the list has, a page of it is full soon.
        found = self
        for word in wanted.words:
            found = found.filter(search_key__contains=word)
        return found


class Wanted:
    """Words by which somebody looks for customers; the index is asked once, however often one looks."""

    #: So many of the newest files tell whether most have a word.
    _SAMPLE = 50

    def __init__(self, text: str):
        self.text = text.strip()
        self.words = words_of(text)

    @classmethod
    def of(cls, wanted: "str | Wanted") -> "Wanted":
        return wanted if isinstance(wanted, Wanted) else cls(wanted)

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


class Customer(models.Model):
    """A company that buys from us, or may: its file, its terms, who owns the relation."""

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
    # The last final sign-off; moved when an order is completed.
    last_cooperation_on = models.DateField(_("last cooperation"), null=True, editable=False)
    active = models.BooleanField(_("active"), default=True, editable=False)
    frozen_reason = models.CharField(_("reason for freezing"), max_length=200, blank=True, default="", editable=False)
    # number, names, pinyin, initials, contacts and phones in lower case; written by services only
    search_key = models.TextField(editable=False, default="")
    name_pinyin = models.CharField(max_length=200, editable=False, default="")
    version = models.PositiveIntegerField(default=0, editable=False)
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
        ]
        indexes = [
            # The provinces to filter by: everybody's, a team's, a rep's.
            models.Index(fields=["province"], name="customer_by_province"),
            models.Index(fields=["team", "province"], name="customer_by_team_province"),
            models.Index(fields=["owner", "province"], name="customer_by_owner_province"),
            # A rep's and a team's list, newest first; sorted by pinyin; by grade.
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
    def status_family(self) -> str:
        """The colour family of the badge: a frozen customer gets no new orders."""
        return "good" if self.active else "void"

    @property
    def status_label(self) -> str:
        return gettext("Active") if self.active else gettext("Frozen")

    @property
    def primary_contact(self) -> "Contact | None":
        """Whom we call first; reads the contacts that are loaded already, if they are."""
        return next((contact for contact in self.contacts.all() if contact.is_primary), None)

    @property
    def why_no_order(self) -> str:
        """A sentence that says why this customer cannot be ordered for; empty when nothing stands against it."""
        if not self.active:
            return gettext("This customer is frozen: no new orders.")
        return "" if self.owner_id else gettext("Nobody owns this customer yet: a manager chooses an owner first.")

    @property
    def full_address(self) -> str:
        """Province, city, district and detail in one line, as it goes on a delivery note."""
        return " ".join(part for part in (self.province, self.city, self.district, self.address) if part)


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
