"""RAF-DB's compound set: never taken for the basic one, nor the basic one for it."""

import pytest

from fercurate.domain.expression import COMPOUND_EXPRESSIONS
from fercurate.domain.taxonomy import label_maps, parse_label_map
from fercurate.errors import InputError
from fercurate.sources.rafdb.compound import RafDbCompound
from fercurate.sources.rafdb.source import RafDb
from fercurate.sources.registry import recognize

LIST = "EmoLabel/list_patition_label.txt"
PUBLISHED = {
    "1": "happily_surprised",
    "2": "happily_disgusted",
    "3": "sadly_fearful",
    "4": "sadly_angry",
    "5": "sadly_surprised",
    "6": "sadly_disgusted",
    "7": "fearfully_angry",
    "8": "fearfully_surprised",
    "9": "angrily_surprised",
    "10": "angrily_disgusted",
    "11": "disgustedly_surprised",
}


def raf(codes: str, place: str = "") -> dict:
    """A set whose list has these codes, a picture each; the last picture is one of test."""
    told = codes.split()
    names = [f"train_{n:05d}" for n in range(1, len(told))] + ["test_0001"]
    lines = "".join(f"{name}.jpg {code}\n" for name, code in zip(names, told, strict=True))
    pictures = {f"{place}Image/aligned/{name}_aligned.jpg": n for n, name in enumerate(names)}
    return {f"{place}{LIST}": lines} | pictures


EVERY = " ".join(PUBLISHED)
FEW, MANY = "9" + " 5" * 100, "9" + " 5" * 98
SETS = {
    "compound by its folder": (raf("1 7", "compound/"), ["rafdb_compound"]),
    "Compound": (raf("1 7", "Compound/"), ["rafdb_compound"]),
    "basic by its folder": (raf("1 7", "basic/"), ["rafdb"]),
    "a few codes above 7 in basic": (raf(FEW, "basic/"), ["rafdb"]),
    "many codes above 7 in basic": (raf("9 10", "basic/"), ["rafdb"]),
    "neither folder, codes 1 to 7": (raf("1 7"), ["rafdb"]),
    "neither folder, a code of a hundred above 7": (raf(FEW), ["rafdb"]),
    "neither folder, more above 7": (raf(MANY), ["rafdb_compound"]),
    "neither folder, codes as 8.0": (raf("8.0 1"), ["rafdb_compound"]),
    "the basic set in the folder itself": (
        raf("1 7") | raf("1 7", "compound/"),
        ["rafdb", "rafdb_compound"],
    ),
    "both": (raf("1 7", "basic/") | raf("1 7", "compound/"), ["rafdb", "rafdb_compound"]),
    "both, deeper": (
        raf("1 7", "RAF-DB/basic/") | raf(EVERY, "RAF-DB/compound/"),
        ["rafdb", "rafdb_compound"],
    ),
}


@pytest.mark.parametrize(("tree", "sources"), SETS.values(), ids=SETS)
def test_which_set_it_is(tree, sources, plant) -> None:
    assert sorted(one.source for one in recognize(plant(tree))) == sources


def test_the_list_of_the_folder_itself_keeps_its_pictures(plant) -> None:
    root = plant(raf("1 7") | raf("1 7", "compound/"))
    assert {one.source: one.root for one in recognize(root)} == {
        "rafdb": root,
        "rafdb_compound": root / "compound",
    }


@pytest.mark.parametrize("name", ["basic", "compound"])
def test_the_folder_itself_tells_its_set(name, plant) -> None:
    (found,) = recognize(plant(raf("1 7"), root=name))
    assert found.source == {"basic": "rafdb", "compound": "rafdb_compound"}[name]


@pytest.mark.parametrize("asked", ["rafdb", "rafdb_compound"])
def test_of_both_sets_one_can_be_asked_for(asked, plant) -> None:
    root = plant(raf("1 7", "basic/") | raf("1 7", "compound/"))
    (found,) = recognize(root, asked)
    assert (found.source, found.root.name) == (asked, "basic" if asked == "rafdb" else "compound")


def test_a_set_is_not_read_as_the_other_one_on_request(plant) -> None:
    with pytest.raises(InputError, match="not recognized as rafdb") as caught:
        recognize(plant(raf(EVERY, "compound/")), "rafdb")
    assert "rafdb_compound" in str(caught.value)


def test_numbered_folders_in_a_folder_compound_are_not_the_basic_set(plant) -> None:
    tree = {"train/1/train_00001_aligned.jpg": 1, "train/2/train_00002_aligned.jpg": 2}
    assert RafDb().recognize(plant(tree, root="other")) is not None
    assert RafDb().recognize(plant(tree, root="compound")) is None


def test_codes_names_and_ids(read) -> None:
    reading = read(RafDbCompound(), raf(EVERY, "compound/"))
    assert reading.faults == []
    told = {sample.native_label: sample.expression for sample in reading.samples}
    assert told == PUBLISHED
    assert tuple(told.values()) == COMPOUND_EXPRESSIONS
    assert {sample.source for sample in reading.samples} == {"rafdb_compound"}
    first, last = reading.samples[0], reading.samples[-1]
    assert (first.id, first.native_split) == ("rafdb_compound:train_00001.jpg", "Training")
    assert (last.id, last.native_split) == ("rafdb_compound:test_0001.jpg", "Test")
    assert reading.variant == (
        "aligned pictures, not the published number (3,954) of the compound set: "
        "11 pictures (Test 1, Training 10)"
    )


@pytest.mark.parametrize("code", ["0", "12", "happy", "surprise", "-"])
def test_what_is_no_compound_label_is_a_reject(code, read) -> None:
    reading = read(RafDbCompound(), raf(f"1 {code}", "compound/"))
    assert [sample.expression for sample in reading.samples] == ["happily_surprised"]
    assert reading.faults == [("E_LABEL", f"{LIST}:2")]


def test_a_compound_word_is_no_label_of_the_basic_set(read) -> None:
    reading = read(RafDb(), raf("5 happily_surprised", "basic/"))
    assert [sample.expression for sample in reading.samples] == ["sad"]
    assert reading.faults == [("E_LABEL", f"{LIST}:2")]


def test_the_list_of_the_compound_set_in_basic_is_refused(read) -> None:
    with pytest.raises(InputError, match="list of the compound set") as caught:
        read(RafDb(), raf("5 8", "basic/"))
    assert caught.value.where == "list_patition_label.txt"


def test_codes_from_zero_are_read_by_a_map_of_compound_names(read) -> None:
    given = parse_label_map("0=Happily Surprised,1=sadly_angry,2=-")
    reading = read(RafDbCompound(), raf("0 1 2", "compound/"), label_map=given)
    assert [s.expression for s in reading.samples] == ["happily_surprised", "sadly_angry"]


@pytest.mark.parametrize(
    ("source", "place", "given", "found"),
    [
        (RafDbCompound(), "compound/", "rafdb", "surprise"),
        (RafDbCompound(), "compound/", "1=happily_surprised,2=sad", "sad"),
        (RafDb(), "basic/", "rafdb_compound", "happily_surprised"),
    ],
)
def test_a_label_map_of_the_other_set_is_refused(source, place, given, found, read) -> None:
    with pytest.raises(InputError, match=f"says {found}"):
        read(source, raf("1 2", place), label_map=parse_label_map(given))


def test_its_map_is_offered_only_where_no_other_explains_the_codes() -> None:
    from fercurate.sources.names.label_orders import fitting_orders

    assert label_maps()["rafdb_compound"].codes == PUBLISHED
    seven = [order.name for order in fitting_orders(dict.fromkeys("1234567", 9))]
    assert "rafdb" in seven
    assert "rafdb_compound" not in seven
    eleven = [order.name for order in fitting_orders(dict.fromkeys(PUBLISHED, 9))]
    assert eleven == ["rafdb_compound"]


@pytest.mark.parametrize("kind", ["original", "aligned"])
def test_points_by_hand_belong_to_its_original_pictures_too(kind, read) -> None:
    suffix = "_aligned" if kind == "aligned" else ""
    tree = {
        f"compound/{LIST}": "train_00001.jpg 11\n",
        f"compound/Image/{kind}/train_00001{suffix}.jpg": 1,
        "compound/Annotation/manual/train_00001_manu_attri.txt": "1 2\n3 2\n2 3\n1 4\n3 4\n",
    }
    (sample,) = read(RafDbCompound(), tree).samples
    assert (sample.landmarks is not None) == (kind == "original")
