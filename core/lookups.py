"""What Django does not ask of a database: a piece of text anywhere in a search key, and many keys at a time."""

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, Index, TextField
from django.db.models.lookups import Contains, In, Lookup

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


class PairsIndex(Index):
    """The index that ``holds`` asks. SQLite reads it from end to end, which is still far less than the table."""

    def create_sql(self, model, schema_editor, using="", **kwargs):
        plain = super().create_sql(model, schema_editor, using, **kwargs)
        if schema_editor.connection.vendor != "postgresql":
            return plain
        (field,) = self.fields
        column = schema_editor.quote_name(model._meta.get_field(field).column)
        plain.template = f"CREATE INDEX %(name)s ON %(table)s USING gin (core_pairs({column}))"
        return plain


@Field.register_lookup
class Among(Lookup):
    """``customer__pk__among=keys``: the same rows as ``in``, of which a thousand keys cost no thousand placeholders.

    On PostgreSQL the keys go as one array, which takes half the time to write, send and plan.
    """

    lookup_name = "among"

    def get_prep_lookup(self):
        return [self.lhs.output_field.get_prep_value(key) for key in self.rhs]

    def as_sql(self, compiler, connection):
        return compiler.compile(In(self.lhs, self.rhs))

    def as_postgresql(self, compiler, connection):
        if not self.rhs:
            raise EmptyResultSet
        key, facts = compiler.compile(self.lhs)
        return f"{key} = ANY(%s)", [*facts, self.rhs]
