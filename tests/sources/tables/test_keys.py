"""What keys tell: role, split, and which arrays belong together."""

import pytest

from fercurate.sources.tables.keys import Role, key_meaning

PAIRS = {
    ("images", "labels"): "",
    ("X", "y"): "",
    ("x", "y"): "",
    ("data", "target"): "",
    ("data", "labels"): "",
    ("faces", "emotions"): "",
    ("pixels", "emotion"): "",
    ("data_pixel", "data_label"): "",
    ("X_train", "y_train"): "Training",
    ("x_test", "y_test"): "Test",
    ("x_val", "y_val"): "Validation",
    ("Xtrain", "Ytrain"): "Training",
    ("trainX", "trainY"): "Training",
    ("train_images", "train_labels"): "Training",
    ("trainImages", "trainLabels"): "Training",
    ("test_set_x", "test_set_y"): "Test",
    ("valid_data", "valid_labels"): "Validation",
    ("Training_pixel", "Training_label"): "Training",
    ("PublicTest_pixel", "PublicTest_label"): "PublicTest",
    ("PrivateTest_pixel", "PrivateTest_label"): "PrivateTest",
    ("train/images", "train/labels"): "Training",
    ("fer_train_img", "fer_train_label"): "Training",
    ("images_dev", "annotations_dev"): "Validation",
}


@pytest.mark.parametrize(("pictures", "labels"), PAIRS)
def test_two_keys_make_a_pair(pictures: str, labels: str) -> None:
    one, other = key_meaning(pictures), key_meaning(labels)
    assert (one.role, other.role) == (Role.PICTURES, Role.LABELS)
    assert one.split == other.split == PAIRS[pictures, labels]
    assert one.group == other.group


@pytest.mark.parametrize(
    ("key", "role"),
    [
        ("class_names", Role.NAMES),
        ("label_names", Role.NAMES),
        ("list_classes", Role.NAMES),
        ("categories", Role.NAMES),
        ("subject", Role.SUBJECTS),
        ("train_subjects", Role.SUBJECTS),
        ("Usage", Role.SPLITS),
        ("op", Role.OPERATIONS),
        ("sample_id", None),
        ("image_names", None),
        ("subject_names", None),
        ("usage_names", Role.SPLIT_NAMES),
        ("landmarks", None),
        ("arr_0", None),
        ("0_exp", None),
        ("weights", None),
        ("", None),
    ],
)
def test_other_keys(key: str, role: Role | None) -> None:
    assert key_meaning(key).role is role


def test_sets_of_two_corpora_are_told_apart() -> None:
    assert key_meaning("jaffe_images").group == key_meaning("jaffe_labels").group
    assert key_meaning("jaffe_images").group != key_meaning("kdef_images").group
