"""Which tests bear a mark: those of whole folders, and the slow ones.

``make test`` leaves the slow ones out, ``make slow`` runs them, and every change passes both. A
test is slow if it takes seconds and goes over many places, libraries or runs of what faster tests
show at one. ``pytest --durations=50`` says which take long.
"""

from pathlib import Path

FOLDERS = {
    "real": "real",
    "report/page/test_browser.py": "browser",
    "sources/fer2013/test_real.py": "real",
    "training/keras": "torch",
    "training/networks": "torch",
    "training/test_island.py": "torch",
    "training/test_scripts.py": "torch",
    "training/torch": "torch",
    "web/test_browser.py": "browser",
    "web/test_browser_others.py": "browser",
    "web/test_browser_page.py": "browser",
}
"""Folders and files of which every test bears a mark; single tests bear theirs themselves."""

_CRASHES = "faults/test_crash.py::test_every_step_leaves_a_whole_state"
_HELP = "cli/test_help.py::test_every_example_in_the_help_runs"
_FOLDS = (
    "training/networks/test_evaluate_folds.py::"
    "test_a_checkpoint_is_tested_on_the_fold_that_it_left_out"
)
_REPLAYED = "pipeline/verify/test_replayed_recipes.py::test_every_row_comes_out_the_same_again"
_TRAIN = "training/networks/test_train.py::"

SLOW = (
    "api/test_exports.py::test_folds_are_a_column",
    "api/test_stored.py::test_a_filter_",
    "balance/test_synthesis.py::test_pictures_are_cleaned_as_imbalanced_learn_cleans_them",
    "benchmarks/review/test_reviewer.py::test_learning_finds_sooner",
    "benchmarks/speed/test_balance.py::test_builds_are_followed_by_rows_written",
    "cli/test_demo.py::test_a_demo_that_is_there_is_replaced",
    "cli/test_filter.py::test_the_report_says_what_the_filter_says",
    f"{_HELP}[demo-",
    f"{_HELP}[filter-",
    f"{_HELP}[review-",
    "cli/test_snapshots.py::test_the_json[demo]",
    "cli/test_snapshots.py::test_the_text[demo]",
    "docs/test_contributing.py::",
    "docs/test_python_page.py::",
    "docs/test_site.py::test_merge_three_corpora",
    "docs/test_site.py::test_the_same_set_on_a_server_and_a_cluster",
    "docs/test_site.py::test_train_and_evaluate",
    "end_to_end/test_recipes.py::test_what_a_build_prints_is_what_it_writes[c",
    *(f"{_CRASHES}[{verb}-" for verb in ("export", "filter", "merge", "preview", "rebuild")),
    *(f"{_CRASHES}[{verb}-" for verb in ("remove", "compact", "update")),
    f"{_CRASHES}[build-7-kill]",
    f"{_CRASHES}[ingest-7-full]",
    "faults/test_torture.py::test_damage_is_noticed",
    "faults/test_torture.py::test_hostile_inputs_end_as_they_must",
    "faults/test_torture.py::test_kills_lose_nothing",
    "faults/test_torture.py::test_mutated_inputs_raise_nothing_else",
    "faults/test_torture.py::test_there_are_thousands_of_cases",
    "pipeline/audit/test_changed_copies.py::test_changed_copies_are_found_and_left_out[mirrored]",
    "pipeline/audit/test_changed_copies.py::test_changed_copies_are_found_and_left_out[turned]",
    "pipeline/building/test_duplicates.py::test_a_store_of_the_last_version_is_built_from_while",
    "pipeline/building/test_photographs.py::test_memory_does_not_grow",
    "pipeline/bundle/test_hostile_rows.py::test_samples_that_cannot_be_are_refused[fold-",
    "pipeline/bundle/test_noisy_bundles.py::test_labels_truth_and_rates_are_those_of_the_export",
    "pipeline/bundle/test_same_store.py::test_data_files_are_equal_to_the_byte[folds",
    "pipeline/bundle/test_same_store.py::test_data_files_are_equal_to_the_byte[voted",
    "pipeline/care/test_compact.py::test_what_does_not_use_a_removed_source_is_built",
    "pipeline/decisions/test_again.py::",
    "pipeline/decisions/test_screened.py::test_another_picture_is_no_leak",
    "pipeline/diff/test_exports.py::test_who_moved_between_",
    "pipeline/engine/test_dask.py::",
    "pipeline/engine/test_hired_workers.py::",
    "pipeline/engine/test_parts.py::test_sealed_parts_give_the_same_store",
    "pipeline/engine/test_processes.py::test_processes_make_the_same_bytes",
    "pipeline/engine/test_processes.py::test_what_a_killed_process_leaves",
    "pipeline/filter/test_filter.py::test_a_",
    "pipeline/measure/test_duplicates.py::test_stored_thumbnails_give_the_groups",
    "pipeline/measure/test_instruments.py::test_every_measure_gives_the_same_for_any_number",
    "pipeline/objects/test_send.py::test_an_export_is_sent_whole_and_read_by_url",
    "pipeline/objects/test_send.py::test_layouts_of_a_recipe_are_sent",
    "pipeline/rebuild/test_rebuild.py::test_a_fresh_process_makes_the_same",
    "pipeline/review/test_details.py::test_votes_and_scores",
    "pipeline/review/test_learning.py::test_fifty_answers_rank_anew",
    "pipeline/test_demo.py::test_a_step_waits",
    "pipeline/test_demo.py::test_each_step_begins",
    "pipeline/verify/test_files.py::test_no_flipped_bit_is_silent",
    f"{_REPLAYED}[aligned",
    f"{_REPLAYED}[cut by",
    f"{_REPLAYED}[frontal",
    f"{_REPLAYED}[sequences",
    "pipeline/verify/test_stores.py::test_no_flipped_bit_is_silent",
    "properties/test_store.py::",
    "recipe/test_bounds.py::test_a_transform_that_takes_too_much",
    "report/page/test_browser.py::test_every_picture_loads",
    "screening/duplicates/test_near.py::test_a_crowd_of_alike_pictures",
    "screening/duplicates/test_near.py::test_blocks_and_threads_change_nothing",
    "screening/ease/test_degree.py::test_the_number_of_threads_does_not_count",
    "sources/ckplus/test_synthetic.py::test_",
    "sources/parquet/test_tables.py::test_many_small_rows_in_one_group",
    "sources/reading/test_loading.py::test_memory_does_not_grow",
    "sources/test_extents.py::test_",
    "store/test_damage.py::test_a_damaged_or_hostile_store_is_named_not_followed[wide_text",
    "store/test_damage.py::test_flipped_bits_are_never_built_from",
    "store/test_integrity.py::test_a_damaged_",
    "store/test_integrity.py::test_every_flipped_bit_of_a_head",
    "training/keras/test_checkpoint.py::test_keras_alone_reads_a_checkpoint",
    "training/keras/test_parts.py::test_the_running_mean",
    f"{_FOLDS}[keras",
    "training/networks/test_predict.py::test_haar_finds_the_faces_of_a_group",
    f"{_TRAIN}test_a_best_of_another_epoch_is_not_reported[keras",
    f"{_TRAIN}test_a_kill_between_two_checkpoints_is_survived[keras",
    f"{_TRAIN}test_a_resumed_run_is_the_run[keras-compact",
    f"{_TRAIN}test_every_model_trains_and_reports[keras-vgg5",
    f"{_TRAIN}test_mixed_precision_learns_about_the_same[keras",
    f"{_TRAIN}test_one_seed_gives_one_run_and_another_another[keras",
    "training/networks/test_train_exports.py::test_albumentations_of_a_recipe_are_repeatable[keras",
    "training/networks/test_train_exports.py::test_folds_are_trained_one_by_one[keras",
    "training/networks/test_train_faults.py::test_scripts_refuse_another_export[keras",
    "training/test_island.py::test_a_copied_kit_trains_and_evaluates_alone[keras",
    "training/test_island.py::test_a_copied_kit_trains_and_evaluates_alone[sklearn",
    "web/test_browser.py::test_arrows_move_by_rows_and_stay_inside",
    "web/test_browser_page.py::test_every_key_has_a_button_that_does_the_same",
    "web/test_browser_page.py::test_nothing_hangs_over_and_all_can_be_read[occluded",
)
"""How the names of slow tests begin, as pytest names them below ``tests/``."""


def marks_of(test: str) -> list[str]:
    """The marks of a test by its name, such as ``store/test_damage.py::test_it[case]``."""
    path = Path(test.partition("::")[0])
    above = [one.as_posix() for one in (path, *path.parents)]
    slow = ["slow"] if test.startswith(SLOW) else []
    return [*(FOLDERS[place] for place in above if place in FOLDERS), *slow]
