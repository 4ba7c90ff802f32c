"""Lawful bases are data: what is in force on a day, and what has no start yet."""

from datetime import date

from routing_rules import bases, policy

TODAY = date(2026, 11, 26)
FIRST = """
sharing_needs_agreement:
  description: Agreement first.
  unit: names
  source: Sample
  source_kind: our_suggestion
  last_checked_on: 2026-11-26
  values: {1900-01-01: [old]}

sharing_basis_old:
  description: The old one.
  unit: names
  source: Sample
  source_kind: our_suggestion
  last_checked_on: 2026-11-26
  values: {2020-01-01: [police], 2027-01-01: null}
"""


def of_a_county(tmp_path):
    (tmp_path / "sharing.yaml").write_text(FIRST)
    return policy.load(tmp_path)


def test_a_basis_allows_its_registers_until_its_last_day(tmp_path):
    county = of_a_county(tmp_path)

    found = bases.basis("old", TODAY, county)
    assert found is not None
    assert (found.registers, found.from_date, found.to_date) == (("police",), date(2020, 1, 1), date(2027, 1, 1))
    assert found.needs_agreement
    after = bases.basis("old", date(2027, 1, 1), county)
    assert after is not None
    assert not after.in_force


def test_before_its_first_day_a_basis_allows_nothing(tmp_path):
    before = bases.basis("old", date(2019, 12, 31), of_a_county(tmp_path))

    assert before is not None
    assert not before.in_force


def test_a_basis_that_policy_does_not_have_is_not_found():
    assert bases.basis("because_we_can", TODAY) is None


def test_the_new_duty_to_share_is_not_in_force_and_says_so():
    duty = bases.basis("duty_to_share", TODAY)

    assert duty is not None
    assert not duty.in_force
    assert "Not yet commenced" in duty.words


def test_where_a_child_may_be_at_risk_no_agreement_is_needed():
    needed = {basis.id: basis.needs_agreement for basis in bases.bases(TODAY)}

    assert needed["s47"] is False
    assert needed["s17"] is True
