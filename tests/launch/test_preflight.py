"""What cannot work is said before anything starts."""

import socket
from pathlib import Path

import pytest

from launch import preflight
from launch.preflight import NotReady


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_a_busy_port_is_named_with_its_setting():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        with pytest.raises(NotReady, match=rf"{port} \(EDGE_PORT\)"):
            preflight.check_ports({"EDGE_PORT": port}, ("EDGE_PORT",))


def test_free_ports_pass():
    preflight.check_ports({"EDGE_PORT": free_port()}, ("EDGE_PORT",))


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1", "80 80"])
def test_what_is_no_port_is_refused(value: str):
    with pytest.raises(NotReady, match="Not a port number"):
        preflight.check_ports({"EDGE_PORT": value}, ("EDGE_PORT",))


def test_a_folder_is_made_where_there_is_none(tmp_path: Path):
    preflight.check_folder(tmp_path / "a" / "b")

    assert (tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path):
    (tmp_path / "var").write_text("")

    with pytest.raises(NotReady, match="cannot be written"):
        preflight.check_folder(tmp_path / "var")


def test_a_disk_without_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    free_mb = preflight.shutil.disk_usage(tmp_path).free // 2**20
    monkeypatch.setattr(preflight, "DISK_NEEDED_MB", free_mb + 1_000)

    with pytest.raises(NotReady, match="Free some space"):
        preflight.check_folder(tmp_path)
