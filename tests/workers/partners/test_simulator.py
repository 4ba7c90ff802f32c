"""What the simulator makes up: of many people each kind of answer, of one person always the same."""

from collections import Counter

from workers.partners.simulator import invented

QUESTIONS = ["adult_poses_risk", "missing_before"]
OF_EVERYBODY = [
    invented({"register": "police", "person": {"names": {"given_names": [f"Ada {n}"]}}, "questions": QUESTIONS})
    for n in range(100)
]


def test_of_some_people_nothing_is_known():
    assert Counter(answer["outcome"] for answer in OF_EVERYBODY).keys() == {"nothing_known", "information_found"}


def test_each_question_is_answered_with_yes_of_some_with_no_of_others_and_of_some_not_at_all():
    known = [answer["facts"] for answer in OF_EVERYBODY if answer["outcome"] == "information_found"]

    for question in QUESTIONS:
        assert {facts.get(question) for facts in known} == {"yes", "no", None}


def test_the_same_person_gets_the_same_answer():
    asked = {"register": "police", "person": {"names": {"given_names": ["Ada 7"]}}, "questions": QUESTIONS}

    assert invented({**asked, "check": "one"}) == invented({**asked, "check": "another"}) == OF_EVERYBODY[7]


def test_every_answer_says_that_a_simulator_made_it_up():
    assert {answer["answered_by"] for answer in OF_EVERYBODY} == {"Simulator"}
    assert {answer["words"].partition(":")[0] for answer in OF_EVERYBODY if "words" in answer} == {"Simulator"}
