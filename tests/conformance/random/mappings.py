"""Mappings of subjects whose outcome is certain: weights of 0 and 100 % only, and no random().

LIMITS  Of two mappings for one subject nats-server takes either, so their sources begin with
        different words.
"""

from random import Random

from tests.conformance.random.subjects import WORDS, Subjects


def _function(number: int, rng: Random) -> str:
    return rng.choice(
        (
            f"${number}",
            f"{{{{wildcard({number})}}}}",
            f"{{{{ wildcard( {number} ) }}}}",
            f"{{{{partition({rng.randint(1, 10)},{number})}}}}",
            f"{{{{partition({rng.randint(1, 10)})}}}}",
            f"{{{{split({number},-)}}}}",
            f"{{{{split({number},c)}}}}",
            f"{{{{SplitFromLeft({number},{rng.randint(1, 7)})}}}}",
            f"{{{{splitfromright({number},{rng.randint(1, 7)})}}}}",
            f"{{{{slicefromleft({number},{rng.randint(1, 4)})}}}}",
            f"{{{{sliceFromRight({number},{rng.randint(1, 4)})}}}}",
            f"{{{{left({number},{rng.randint(1, 7)})}}}}",
            f"{{{{right({number},{rng.randint(1, 7)})}}}}",
        )
    )


def _destination(source: str, rng: Random, subjects: Subjects) -> str:
    tokens = source.split(".")
    wild = list(range(1, tokens.count("*") + 1))
    rng.shuffle(wild)
    made = [rng.choice(WORDS) for _ in range(rng.randint(0, 2))]
    made += [_function(number, rng) for number in wild if rng.random() < 0.95]
    if not made and tokens[-1] != ">":
        made = [subject for subject in subjects.subject().split(".")]
    if tokens[-1] == ">":
        made.append(">")
    if tokens[-1] != ">" or len(made) > 1:
        head = made[:-1] if tokens[-1] == ">" else made
        rng.shuffle(head)
        made = head + made[len(head) :]
    return ".".join(made)


def draw(rng: Random, subjects: Subjects) -> dict:
    drawn = {}
    words = rng.sample(WORDS, rng.randint(1, 3))
    for word in words:
        tokens = subjects.pattern().split(".")
        source = ".".join([word, *tokens[1:]])
        destination = _destination(source, rng, subjects)
        how = rng.random()
        if how < 0.7:
            drawn[source] = destination
        elif how < 0.85:
            drawn[source] = [{"destination": destination, "weight": rng.choice(("100%", 100))}]
        else:
            drawn[source] = [{"destination": destination, "weight": "0%"}]
    return drawn


def pairs(drawn: dict) -> list[tuple[str, str]]:
    """Sources, each with its destination as a pattern."""
    found = []
    for source, value in drawn.items():
        destination = value if isinstance(value, str) else value[0]["destination"]
        # No function has a dot in its arguments.
        tokens = ["*" if "$" in t or "{{" in t else t for t in destination.split(".")]
        found.append((source, ".".join(tokens)))
    return found


def subjects(drawn: dict) -> list[str]:
    return [subject for pair in pairs(drawn) for subject in pair]
