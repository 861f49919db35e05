"""How requirements are found: by their number and first words, and by their customer."""

from django.db.models import Q, QuerySet
from django.utils.text import capfirst

from core.search import Hit, Question, search_source
from core.text_key import words_of
from customers.models import MANY, CustomerSearch
from requirements.models import Requirement

#: So many of the newest requirements tell whether most have a word.
_SAMPLE = 50


def requirements_matching(
    requirements: QuerySet[Requirement], text: str, customers: CustomerSearch | None = None
) -> QuerySet[Requirement]:
    """Those that the text finds: number, what is wanted in its first words, customer.

    Finds the few requirements and customers first; words that most have are met sooner on a walk.
    """
    words, theirs = words_of(text), customers or CustomerSearch(text)
    keys = list(Requirement.objects.order_by("-pk").values_list("own_key", flat=True)[:_SAMPLE])
    rare = [word for word in words if sum(word in key for key in keys) <= len(keys) // 2]
    called = Requirement.objects.order_by()
    for word in words:
        called = called.filter(own_key__holds=word) if word in rare else called.filter(own_key__contains=word)
    few = list(called.values_list("pk", flat=True)[: MANY + 1]) if rare else None
    if few is not None and len(few) <= MANY and theirs.few is not None:
        return requirements.filter(Q(pk__among=few) | Q(customer__pk__among=theirs.few))
    own = Q(*(Q(own_key__contains=word) for word in words))
    return requirements.filter(own | Q(*(Q(customer__search_key__contains=word) for word in words)))


@search_source
def hits(question: Question) -> list[Hit]:
    """The newest requirements this person may see that the text finds."""
    seen = Requirement.objects.visible_to(question.user).select_related("customer")
    found = requirements_matching(seen, question.text, question.once(CustomerSearch)).order_by("-id")
    return [_hit(requirement) for requirement in found[: question.limit]]


def _hit(requirement: Requirement) -> Hit:
    return Hit(
        kind_label=capfirst(str(Requirement._meta.verbose_name)),
        title=f"{requirement} {requirement.headline}",
        detail=requirement.customer.short_name,
        url=requirement.get_absolute_url(),
        family=requirement.status_family,
        badge=requirement.status_label,
    )
