"""Settings of a run: what a TOML file may say, and what is refused by name."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from huibao_training.config import ConfigError, presets, read_config
from huibao_training.pipeline import FinetuneConfig
from huibao_training.pretrain import PretrainRun
from huibao_training.standard import StandardConfig


@dataclass(frozen=True)
class Wheel:
    spokes: int
    width: float = 1.5


@dataclass(frozen=True)
class Cart:
    name: str
    wheel: Wheel = field(default_factory=lambda: Wheel(8))
    painted: bool = False
    loads: tuple[str, ...] = ()


def _read(tmp_path: Path, text: str) -> Cart:
    file = tmp_path / "cart.toml"
    file.write_text(text, "utf-8")
    return read_config(file, Cart)


@pytest.mark.parametrize(
    ("text", "cart"),
    [
        ('name = "a"', Cart("a")),
        ('name = "a"\nloads = ["hay", "stone"]', Cart("a", loads=("hay", "stone"))),
        ('name = "a"\n[wheel]\nspokes = 6\nwidth = 2', Cart("a", Wheel(6, 2))),
    ],
)
def test_a_file_fills_the_settings_and_leaves_the_others_as_they_are(
    tmp_path: Path, text: str, cart: Cart
):
    assert _read(tmp_path, text) == cart


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('name = "a"\ncolour = "red"', "unknown key 'colour', known: name, wheel"),
        ('name = "a"\n[wheel]\nspokes = 6\nrim = 1', "wheel: unknown key 'rim'"),
        ("name = 3", "name = 3, expected str"),
        ('name = "a"\npainted = 1', "painted = 1, expected bool"),
        ('name = "a"\n[wheel]\nspokes = true', "spokes = True, expected int"),
        ('name = "a"\n[wheel]\nspokes = 6.5', "spokes = 6.5, expected int"),
        ('name = "a"\nwheel = 4', "wheel = 4, expected a table"),
        ('name = "a"\nloads = "hay"', "loads = 'hay', expected a list of strings"),
        ('name = "a"\nloads = [1]', r"loads = \[1\], expected a list of strings"),
        ("painted = true", "missing 1 required positional argument: 'name'"),
        ("name = ", "cart.toml is no TOML"),
    ],
)
def test_a_fault_is_told_with_its_key_and_what_was_expected(
    tmp_path: Path, text: str, complaint: str
):
    with pytest.raises(ConfigError, match=complaint):
        _read(tmp_path, text)


def test_an_unknown_preset_names_the_known_ones():
    with pytest.raises(ConfigError, match="presets: base, pretrain-accelerator"):
        read_config("large", Cart)


def test_every_shipped_preset_can_be_read():
    for name in presets():
        shapes = {"pretrain": PretrainRun, "standard": StandardConfig}
        assert read_config(name, shapes.get(name.split("-")[0], FinetuneConfig))


def test_both_large_presets_pretrain_on_the_same_text():
    cpu, accelerator = (
        read_config(f"pretrain-{device}", PretrainRun) for device in ("cpu", "accelerator")
    )
    assert cpu.corpus.files == accelerator.corpus.files
    assert cpu.corpus.apart_from == accelerator.corpus.apart_from != ""
    assert len(cpu.corpus.files) == len(set(cpu.corpus.files))
