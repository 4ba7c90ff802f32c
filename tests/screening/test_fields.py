"""Names as they are kept, whoever sends them: without blanks that nobody's name has."""

import pytest

from screening.cases.schemas import InvolvementSchema
from screening.contacts.people_schemas import AdultSchema, ChildSchema, ReferrerSchema
from screening.fields import Name
from screening.people.loading.contract import AskedPersonSchema, LoadedPersonSchema
from screening.people.pages.edit_schemas import BirthSchema, NameSchema


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Ada", "Ada"), (" Ada  Grace ", "Ada Grace"), ("Ada\tGrace", "Ada Grace"), ("O'Neill-Śmith", "O'Neill-Śmith")],
)
def test_a_name_is_kept_as_typed_but_for_blanks_around_it_and_in_a_row(typed, kept):
    assert Name().deserialize(typed) == kept


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        (ChildSchema, ("given_name", "family_name")),
        (AdultSchema, ("given_name", "family_name")),
        (ReferrerSchema, ("name",)),
        (LoadedPersonSchema, ("given_names", "family_names", "also_known_as")),
        (AskedPersonSchema, ("given_names", "family_names", "also_known_as")),
        (InvolvementSchema, ("given_names", "family_names")),
        (NameSchema, ("name",)),
        (BirthSchema, ("given_name", "family_name")),
    ],
)
def test_wherever_a_name_is_taken_it_is_taken_so(schema, names):
    for name in names:
        field = schema._declared_fields[name]
        assert isinstance(getattr(field, "inner", field), Name)
