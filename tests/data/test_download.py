"""Downloads, tried against a real server on the loopback interface."""

import io
import socket
import struct
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ts_text import CASES, HEADER, write_ucr_set

from physembed.data import download, fetch_dataset, load_dataset
from physembed.data.location import SPOKEN_DIGITS_ARCHIVE, SPOKEN_DIGITS_COMMIT
from physembed.errors import DatasetError, DownloadError


class Handler(BaseHTTPRequestHandler):
    """Serves ``server.files``; a value is the body, or a function that answers by itself."""

    def do_GET(self):
        self.server.requests.append(self.path)
        answer = self.server.files.get(self.path)
        if answer is None:
            self.send_error(404)
        elif callable(answer):
            answer(self)
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, *arguments):
        """Keep the test's output clean."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files, server.requests = {}, []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def toy_zip(train=HEADER + CASES, test=HEADER + CASES, folder=""):
    return zipped({f"{folder}Toy_TRAIN.ts": train, f"{folder}Toy_TEST.ts": test, "Toy.txt": "."})


def contents(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def send_a_part(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(toy_zip())


def reset(handler):
    send_a_part(handler)
    handler.wfile.flush()
    # closing with a linger time of zero sends RST instead of FIN
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def hang_up(handler):
    handler.close_connection = True


@pytest.mark.parametrize("folder", ["", "Toy/"])
def test_a_set_is_fetched_once_and_then_loaded(server, tmp_path, folder):
    server.files["/Toy.zip"] = toy_zip(folder=folder)
    data_dir = tmp_path / "new" / "folder"
    place = fetch_dataset("Toy", data_dir, base_url=server.url + "/")
    assert place == data_dir / "ucr" / "Toy"
    assert contents(data_dir) == ["ucr", "ucr/Toy", "ucr/Toy/Toy_TEST.ts", "ucr/Toy/Toy_TRAIN.ts"]
    assert load_dataset("Toy", data_dir).X_train.shape == (3, 1, 4)
    assert fetch_dataset("Toy", data_dir, base_url=server.url) == place
    assert server.requests == ["/Toy.zip"]


def test_bundled_sets_need_no_server(tmp_path):
    place = fetch_dataset("GunPoint", tmp_path, base_url="http://127.0.0.1:1")
    assert place.name == "GunPoint"
    assert contents(tmp_path) == []


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, r"Toy\.zip does not exist \(HTTP 404\)\. Check the name"),
        (lambda handler: handler.send_error(503), r"refused by the server \(HTTP 503\)"),
        (send_a_part, r"Toy\.zip broke off before its end\. Try again"),
        (reset, r"Toy\.zip (broke off before|cannot be reached)"),
        (hang_up, r"Toy\.zip cannot be reached\. Check the network"),
        (b"<html>moved</html>", "not a readable zip archive"),
        (b"", "not a readable zip archive"),
        (toy_zip()[:-30], "not a readable zip archive"),
        (toy_zip().replace(b"Toy_TEST.ts", b"Toy_BEST.ts"), r"it has 0 files Toy_TEST\.ts"),
        (zipped({"Toy_TRAIN.ts": "", "a/Toy_TRAIN.ts": ""}), r"it has 2 files Toy_TRAIN\.ts"),
        (toy_zip(train="no header"), r"Toy/Toy_TRAIN\.ts, line 1: a case, or text"),
        (toy_zip(test=HEADER), r"Toy/Toy_TEST\.ts has no cases"),
        (toy_zip(test=HEADER + "1,2,x,4:a\n"), r"Toy_TEST\.ts: line .* 'x' is not a number"),
        (toy_zip(train=HEADER.replace("gth 4", "gth 9") + CASES), "declares @seriesLength 9"),
    ],
)
def test_a_failed_download_says_why_and_leaves_nothing(server, tmp_path, answer, message):
    server.files["/Toy.zip"] = answer
    with pytest.raises(DownloadError, match=message) as caught:
        fetch_dataset("Toy", tmp_path, base_url=server.url)
    assert str(caught.value).startswith("Toy was not fetched; nothing was kept. ")
    assert f"{server.url}/Toy.zip" in str(caught.value)
    assert ".fetching-" not in str(caught.value)
    assert contents(tmp_path) == []


def test_damaged_bytes_inside_the_zip(server, tmp_path):
    packed = bytearray(toy_zip())
    packed[60:70] = b"0123456789"
    server.files["/Toy.zip"] = bytes(packed)
    with pytest.raises(DownloadError, match="not a readable zip archive"):
        fetch_dataset("Toy", tmp_path, base_url=server.url)
    assert contents(tmp_path) == []


def test_no_server(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(DownloadError, match=r"cannot be reached\. Check the network"):
            fetch_dataset("Toy", tmp_path, base_url=url)
    assert contents(tmp_path) == []


def test_another_set_under_a_known_name_is_refused(server, tmp_path):
    files = {f"StarLightCurves_{part}.ts": HEADER + CASES for part in ("TRAIN", "TEST")}
    server.files["/StarLightCurves.zip"] = zipped(files)
    with pytest.raises(DownloadError, match=r"3 training cases \(expected 1000\), 3 test cases"):
        fetch_dataset("StarLightCurves", tmp_path, base_url=server.url)
    assert contents(tmp_path) == []


def test_paths_inside_the_archive_are_not_followed(server, tmp_path):
    server.files["/Toy.zip"] = toy_zip(folder="../../")
    data_dir = tmp_path / "outer" / "data"
    fetch_dataset("Toy", data_dir, base_url=server.url)
    assert contents(tmp_path / "outer") == [
        "data",
        *(f"data/{inner}" for inner in contents(data_dir)),
    ]
    assert load_dataset("Toy", data_dir).name == "Toy"


def test_an_archive_that_unpacks_to_too_much_is_refused(server, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "_LARGEST_FILE", 100)
    server.files["/Toy.zip"] = toy_zip()
    with pytest.raises(DownloadError, match=r"Toy_TRAIN\.ts unpacks to more than 100 bytes"):
        fetch_dataset("Toy", tmp_path, base_url=server.url)
    assert contents(tmp_path) == []


def test_a_damaged_copy_is_replaced_and_its_neighbours_stay(server, tmp_path):
    folder = write_ucr_set(tmp_path / "Toy", "Toy", train="damaged\n")
    (folder / "notes.txt").write_text("mine")
    server.files["/Toy.zip"] = b"no zip"
    before = (folder / "Toy_TRAIN.ts").read_text()
    with pytest.raises(DownloadError):
        fetch_dataset("Toy", tmp_path, base_url=server.url)
    assert (folder / "Toy_TRAIN.ts").read_text() == before
    server.files["/Toy.zip"] = toy_zip()
    assert fetch_dataset("Toy", tmp_path, base_url=server.url) == folder
    assert load_dataset("Toy", tmp_path).X_train.shape == (3, 1, 4)
    assert contents(folder) == ["Toy_TEST.ts", "Toy_TRAIN.ts", "notes.txt"]


def test_a_data_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match=r"cannot be written .*--data-dir"):
        fetch_dataset("Toy", tmp_path / "file" / "inner", base_url="http://127.0.0.1:1")


def test_spoken_digits_with_other_content_are_refused(server, tmp_path):
    server.files[f"/{SPOKEN_DIGITS_COMMIT}.tar.gz"] = b"no archive"
    with pytest.raises(DownloadError, match=r"SpokenDigits was not fetched.*not a readable \.tar"):
        fetch_dataset("SpokenDigits", tmp_path, base_url=server.url)
    assert contents(tmp_path) == []


@pytest.mark.shared_data
def test_spoken_digits_are_fetched_verified_and_repaired(server, tmp_path, data_dir):
    archive = (data_dir / SPOKEN_DIGITS_ARCHIVE).read_bytes()
    server.files[f"/{SPOKEN_DIGITS_COMMIT}.tar.gz"] = archive
    (tmp_path / SPOKEN_DIGITS_ARCHIVE).write_bytes(archive[:1000])
    place = fetch_dataset("SpokenDigits", tmp_path, base_url=server.url)
    assert contents(tmp_path) == [SPOKEN_DIGITS_ARCHIVE]
    assert place.read_bytes() == archive


def test_a_progress_bar_is_drawn_on_a_terminal(server, tmp_path, monkeypatch, capsys):
    server.files["/Toy.zip"] = toy_zip()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    fetch_dataset("Toy", tmp_path, base_url=server.url)
    captured = capsys.readouterr()
    assert "Toy.zip" in captured.err
    assert captured.out == ""
