"""What the header's search finds among the products."""

from django.utils.translation import gettext as _

from core.search import Hit, Question, search_source
from products.models import Product


@search_source
def hits(question: Question) -> list[Hit]:
    """The products that match, those whose number or name begins with the text first."""
    found = Product.objects.visible_to(question.user).matching(question.text)
    return [_hit(product) for product in found.likeliest(question.text)[: question.limit]]


def _hit(product: Product) -> Hit:
    return Hit(
        kind_label=_("Product"),
        title=str(product),
        detail=" · ".join((product.code, str(product.category))),
        url=product.get_absolute_url(),
        family=product.status_family,
        badge=product.status_label,
    )
