"""`lockstep graph`: what it prints, what it writes, how it ends."""

from pathlib import Path

from click.testing import CliRunner, Result

from lockstep_server.cli import main

WORKFLOWS = Path(__file__).parent.parent / "workflows"


def graph(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["graph", *map(str, arguments)])


def test_mermaid_is_what_it_prints() -> None:
    result = graph(WORKFLOWS / "expense.json")
    assert result.exit_code == 0
    assert result.stdout.startswith("flowchart TD\n")
    assert result.stderr == ""


def test_it_writes_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "out.mmd"
    result = graph(WORKFLOWS / "expense.json", "--mermaid", file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text().startswith("flowchart TD\n")


def test_a_definition_with_errors_is_not_drawn(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"start": {"step": {"paths": [{"label": "Go", "step": "nowhere"}]}}}')
    result = graph(file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{file}: error missing_step at /start/step/paths/0/step" in result.stderr


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    result = graph(tmp_path / "none.json")
    assert result.exit_code == 1
    assert "error unreadable" in result.stderr


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    result = graph(WORKFLOWS / "expense.json", "--mermaid", tmp_path / "no" / "out.mmd")
    assert result.exit_code == 1
    assert "out.mmd cannot be written" in result.stderr


def test_svg_is_written_or_printed(tmp_path: Path) -> None:
    file = tmp_path / "out.svg"
    result = graph(WORKFLOWS / "expense.json", "--svg", file)
    assert (result.exit_code, result.stdout) == (0, "")
    printed = graph(WORKFLOWS / "expense.json", "--format", "svg")
    assert printed.stdout == file.read_text(encoding="utf-8")
    assert "<title id=" in printed.stdout
    assert ">expense</title>" in printed.stdout


def test_both_files_and_standard_output_in_one_go(tmp_path: Path) -> None:
    svg, mermaid = tmp_path / "out.svg", tmp_path / "out.mmd"
    result = graph(
        WORKFLOWS / "expense.json", "--svg", svg, "--mermaid", mermaid, "--format", "mermaid"
    )
    assert svg.read_text().startswith("<svg ")
    assert mermaid.read_text() == result.stdout
