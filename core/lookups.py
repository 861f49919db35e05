"""Looking for a piece of text anywhere in a search key, with an index that also knows two Chinese characters."""

from django.db.models import TextField
from django.db.models.lookups import Contains, Lookup

#: A shorter word has no pair of characters.
_PAIR = 2


@TextField.register_lookup
class Holds(Lookup):
    """``search_key__holds="水务"``: the same rows as ``contains``.

    On PostgreSQL an index ``USING gin (core_pairs(search_key))`` finds them; trigrams know nothing of two characters.
    ``contains`` stands beside it, because a text may have all pairs of a word without having the word. Ask for keys
    only and sort nothing: on the way through another index the pairs of each row would be computed.
    """

    lookup_name = "holds"

    def as_sql(self, compiler, connection):
        return compiler.compile(Contains(self.lhs, self.rhs))

    def as_postgresql(self, compiler, connection):
        contains, values = self.as_sql(compiler, connection)
        if len(self.rhs) < _PAIR:
            return contains, values
        text, facts = compiler.compile(self.lhs)
        return f"(core_pairs({text}) @> core_pairs(%s) AND {contains})", [*facts, self.rhs, *values]
