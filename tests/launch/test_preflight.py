"""What cannot work is said before anything starts."""

import errno
import socket
from pathlib import Path

import pytest

from launch import preflight
from launch.preflight import NotReady
from tests.standins.ports import free_port


def test_a_busy_port_is_named_with_its_setting():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        with pytest.raises(NotReady, match=rf"{port} \(EDGE_PORT\)"):
            preflight.check_ports({"EDGE_PORT": port}, ("EDGE_PORT",))


def test_free_ports_pass():
    preflight.check_ports({"EDGE_PORT": str(free_port())}, ("EDGE_PORT",))


def test_a_port_is_tried_on_the_interface_that_it_will_be_opened_on():
    with socket.create_server(("127.0.0.2", 0)) as taken:
        env = {"EDGE_PORT": str(taken.getsockname()[1]), "EDGE_HOST": "127.0.0.2"}

        with pytest.raises(NotReady, match="In use already"):
            preflight.check_ports(env, ("EDGE_PORT",))


def test_an_interface_that_this_machine_does_not_have_is_told():
    env = {"EDGE_PORT": str(free_port()), "EDGE_HOST": "192.0.2.1"}

    with pytest.raises(NotReady, match=r"Cannot listen on 192\.0\.2\.1.*See EDGE_HOST"):
        preflight.check_ports(env, ("EDGE_PORT",))


def test_a_folder_whose_path_is_too_long_for_a_socket_is_told():
    with pytest.raises(NotReady, match="too long for a socket, by 3 characters"):
        preflight.check_socket(Path("/" + "v" * 81))
    preflight.check_socket(Path("/" + "v" * 78))


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


def test_a_disk_that_is_full_is_told_as_such(tmp_path: Path):
    full = OSError(errno.ENOSPC, "No space left on device")

    assert preflight.cause(full, tmp_path) == (
        f"The disk that holds {tmp_path} is full. Free some space."
    )


def test_a_disk_without_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    free_mb = preflight.shutil.disk_usage(tmp_path).free // 2**20
    monkeypatch.setattr(preflight, "DISK_NEEDED_MB", free_mb + 1_000)

    with pytest.raises(NotReady, match="Free some space"):
        preflight.check_folder(tmp_path)
