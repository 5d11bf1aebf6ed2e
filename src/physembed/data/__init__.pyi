from .catalogue import CATALOGUE, Availability, CatalogueEntry, dataset_names
from .checks import check_collection
from .dataset import Dataset, SeriesCollection, dataset_digest
from .download import fetch_dataset
from .label_checks import check_labels, check_targets
from .loading import load_dataset, n_folds
from .location import resolve_data_dir
from .series_files import read_in_pieces, read_series_file

__all__ = [
    "CATALOGUE",
    "Availability",
    "CatalogueEntry",
    "Dataset",
    "SeriesCollection",
    "check_collection",
    "check_labels",
    "check_targets",
    "dataset_digest",
    "dataset_names",
    "fetch_dataset",
    "load_dataset",
    "n_folds",
    "read_in_pieces",
    "read_series_file",
    "resolve_data_dir",
]
