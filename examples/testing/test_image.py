"""Tests of the image: it stops cleanly, and refuses what its contract forbids."""

import pytest

pytestmark = pytest.mark.container(env={"GREETING": "hello"}, ready_port=8000)


def test_stops_cleanly(container):
    report = container.stop(within=5)
    assert report.clean and report.exit_code == 0


def test_refuses_bad_config(image):
    assert image.run(env={"GREETING": "hello", "PORT": "80a"}).problems == {
        "PORT": 'is "80a", not a port (1 to 65535)'
    }


def test_names_what_is_missing(image):
    assert image.run().problems == {"GREETING": "is missing"}


def test_greets(container):
    answer = container.exec("wget", "-qO-", "http://127.0.0.1:8000/")
    assert answer.out == "hello"
    assert container.zombies() == 0
