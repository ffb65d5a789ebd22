"""Behind each claim of the README stands a test or a benchmark, and here is which."""

import re
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")

CLAIMS: dict[str, tuple[str, ...]] = {
    "Every circulating variant of `fer2013.csv`": (
        "sources/fer2013/test_csv.py::test_every_variant_gives_the_same_samples",
        "sources/fer2013/test_real.py::test_real_fer2013_and_ferplus_give_the_published_figures",
    ),
    "FER+ votes joined by row position and checked": (
        "sources/ferplus/test_labels.py::test_label_csv_is_joined_by_position",
        "sources/ferplus/test_labels.py::test_labels_in_another_order_are_refused",
    ),
    "CK+ trees in all spellings": ("sources/ckplus/test_folders.py::",),
    "both AffectNet releases": (
        "sources/affectnet/test_lists.py::",
        "sources/affectnet/test_mini.py::",
    ),
    "says which variant your copy is": ("contracts/test_sources.py::test_a_corpus_is_recognized",),
    "A broken row becomes a counted reject": (
        "pipeline/ingest/test_account.py::test_the_sum_of_files_holds_for_every_source",
        "pipeline/trace/test_raw.py::test_a_line_that_was_rejected_is_told_with_its_code",
    ),
    "what falls outside the label space is dropped by name": (
        "pipeline/building/test_build.py::test_what_lies_outside_the_scheme_is_dropped_by_name",
    ),
    "nothing is deleted": (
        "cli/test_filter.py::test_a_filter_counts_what_fails_and_deletes_nothing",
    ),
    "Class names in order travel in every export": (
        "export/test_readers.py::test_h5py_reads_it_as_the_format_says",
        "pipeline/audit/test_audit.py::test_a_swapped_class_order_is_a_finding",
    ),
    "568 of FER-2013's 7,178 evaluation pictures have an identical copy in Training": (
        "real/test_real_merge.py::test_the_audit_of_fer2013",
    ),
    "956 an identical or nearly": (
        "real/test_real_duplicates.py::test_near_duplicates_are_those_of_brute_force",
    ),
    "more than 2,200 the same photograph": (
        "real/test_real_merge.py::test_the_audit_of_fer2013",
        "real/test_real_duplicates.py::test_changed_copies_of_test_pictures_are_found",
    ),
    "one line in a recipe repairs it": (
        "real/test_real_merge.py::test_dropping_training_twins_leaves_test_untouched",
        "pipeline/audit/test_audit.py::test_every_repair_audits_clean",
    ),
    "whose precision and recall are measured and stated": (
        "screening/test_judge.py::test_the_card_says_what_it_was_measured_on",
        "benchmarks.screener",
    ),
    "every verdict is explained": ("cli/test_filter.py::test_one_sample_is_explained",),
    "SMOTE and its variants without overflow": (
        "balance/test_synthesis.py::test_rows_equal_those_of_imbalanced_learn",
        "balance/test_synthesis.py::test_uint8_is_not_what_plain_smote_wraps_around",
    ),
    "synthetic row with its two parents and step": (
        "pipeline/building/test_resampling.py::test_every_synthetic_row_is_made_again",
    ),
    "random copies that depend on seed and sample id alone": (
        "transforms/augment/test_augment.py::test_a_result_depends_on_pixels_and_seed_alone",
        "pipeline/building/test_build.py::test_builds_are_equal_to_the_byte_for_any_number_of_jobs",
    ),
    "allowed only by an explicit key": (
        "recipe/test_guards.py::test_derived_rows_in_an_evaluation_split_need_a_key",
    ),
    "are marked row by row, and are counted in the datasheet": (
        "pipeline/building/test_build.py::test_datasheet_and_summary_state_the_derived_rows",
        "pipeline/building/test_build.py::test_every_row_is_what_its_columns_say",
    ),
    "each is read back by a reader of its own": (
        "layouts/test_readers.py::test_every_trainer_and_every_layout_is_here",
        "layouts/test_readers.py::test_a_trainer_reads_the_rows_of_the_export",
    ),
    "with any number of workers": (
        "pipeline/building/test_build.py::test_builds_are_equal_to_the_byte_for_any_number_of_jobs",
        "pipeline/engine/test_dask.py::test_an_export_of_a_cluster_is_the_same",
        "pipeline/rebuild/test_rebuild.py::test_a_fresh_process_makes_the_same",
    ),
    "locks inputs and outputs by digest": (
        "pipeline/building/test_build.py::test_the_lock_holds_true_digests",
    ),
    "or why it is not there": ("pipeline/trace/test_stages.py::test_who_fell_out_is_told",),
    "`verify` makes every row again and compares bytes": (
        "pipeline/verify/test_replayed_recipes.py::test_every_row_comes_out_the_same_again",
        "pipeline/verify/test_files.py::test_no_flipped_bit_is_silent",
    ),
    "others make the same export from their own copies": (
        "pipeline/bundle/test_same_store.py::test_data_files_are_equal_to_the_byte",
    ),
    "No telemetry, and no network": ("docs/test_claims.py::test_the_main_job_asks_no_network",),
}
"""What the README says, and below ``tests/`` how the names begin of the tests that show it."""

BULLETS = re.findall(r"^- \*\*.+?(?=^- |^\n?## )", README, re.MULTILINE | re.DOTALL)


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_is_in_the_readme_and_what_shows_it_is_there(claim: str) -> None:
    assert any(claim in plain(bullet) for bullet in BULLETS)
    for proof in CLAIMS[claim]:
        path, _, name = proof.partition("::")
        if path.startswith("benchmarks."):
            assert find_spec(f"{path}.__main__")
        else:
            begun = rf"^def {name or 'test_'}"
            assert re.search(begun, (ROOT / "tests" / path).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("bullet", BULLETS, ids=lambda text: text[4:30])
def test_no_point_of_the_readme_is_without_a_claim(bullet: str) -> None:
    assert any(claim in plain(bullet) for claim in CLAIMS)


def test_the_main_job_asks_no_network(
    run: Any, fer_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a connection was asked for")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(AssertionError, match="was asked for"):
        socket.create_connection(("localhost", 9))
    for words in (
        ("ingest", fer_folder),
        ("stats",),
        ("filter",),
        ("audit",),
        ("preview", "--recipe", "modified_fer"),
        ("build", "--recipe", "modified_fer", "-o", "out"),
        ("verify", "out"),
        ("export", "out", "--for", "torchvision", "-o", "laid"),
    ):
        assert run(*words).code in (0, 3), words  # an audit of what is planted has findings
