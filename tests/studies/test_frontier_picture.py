"""The picture of the claim has every model once, and each looks alike in both of its panels."""

from pathlib import Path

import numpy as np
import pytest

from physembed.charts import Chart, Points
from studies.documents import frontier_picture

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def drawn() -> Chart:
    charts: list[Chart] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontier_picture, "write_pictures", lambda chart, *_: charts.append(chart))
        frontier_picture.write_picture(ROOT)
    return charts[0]


def test_every_model_is_in_it(drawn: Chart) -> None:
    plain, noisy = drawn.panels
    assert isinstance(plain, Points)
    assert isinstance(noisy, Points)
    names = [name for cloud in plain.clouds for name in cloud.names]
    assert sorted(names) == sorted(
        ["linear", "spectral", "the paper's NLSE", "lattice", "homodyne", "tiny", "lens"]
    )
    clouds = {cloud.label: cloud for panel in (plain, noisy) for cloud in panel.clouds}
    assert len(clouds["MiniRocket, 84 to 9,996 features, 32 bits"].x) == 4
    assert len(clouds["MiniRocket's features, chosen, 32 bits"].x) == 3
    for cloud in clouds.values():
        assert np.isfinite(cloud.x).all()
        assert ((cloud.y > 50) & (cloud.y < 100)).all()


def test_a_mark_means_the_same_in_both_panels(drawn: Chart) -> None:
    plain, noisy = drawn.panels
    assert isinstance(plain, Points)
    assert isinstance(noisy, Points)
    looks = {name: look for name, *look in plain.key}
    assert all(looks[name] == look for name, *look in noisy.key)
    assert len({tuple(look) for look in looks.values()}) == len(looks)


def test_what_the_page_says_of_tiny(drawn: Chart) -> None:
    (plain, _) = drawn.panels
    assert isinstance(plain, Points)
    clouds = {cloud.label: cloud for cloud in plain.clouds}
    others = clouds[frontier_picture.OTHERS]
    tiny = list(others.names).index("tiny")
    compact = clouds["compact that need not, 8 bits"]
    smallest = int(compact.x.argmin())
    assert compact.x[smallest] < others.x[tiny]
    assert compact.y[smallest] > others.y[tiny]
