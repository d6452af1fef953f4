"""Who may read and write, in each mode, by session, by Basic and as a stranger."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from tasks.tests.server import basic

pytestmark = pytest.mark.django_db(transaction=True)

READS = ["/", "/tasks", "/tasks/x", "/tasks/stats", "/tasks/x/changes", "/changes", "/openapi.json"]


@pytest.fixture
def private(settings: Any) -> None:
    settings.TASKFLOW_ACCESS = "private"


@pytest.mark.usefixtures("private")
class TestPrivate:
    @pytest.mark.parametrize("path", READS)
    def test_a_stranger_reads_nothing(self, client: APIClient, path: str) -> None:
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})
        assert answer["WWW-Authenticate"] == 'Basic realm="TaskFlow"'

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_a_stranger_writes_nothing(self, client: APIClient, method: str) -> None:
        assert getattr(client, method)("/tasks/x", {"title": "x"}).status_code == 401
        assert client.post("/tasks", {"title": "x"}).status_code == 401
        assert client.post("/tasks/x/restore").status_code == 401

    def test_health_is_open_but_counts_nothing_for_strangers(self, client: APIClient, alice: User) -> None:
        stranger = client.get("/health")
        assert stranger.status_code == 200
        assert "tasks_count" not in stranger.json()
        assert client.get("/health/live").status_code == 200
        assert "tasks_count" in client.get("/health", headers=basic("alice", "wonderland-42")).json()

    def test_an_account_reads_and_writes_by_basic(self, client: APIClient, alice: User) -> None:
        headers = basic("alice", "wonderland-42")
        made = client.post("/tasks", {"title": "x"}, headers=headers)
        assert made.status_code == 201
        address = made["Location"]
        assert client.get(address, headers=headers).status_code == 200
        assert client.patch(address, {"title": "y"}, headers=headers).status_code == 200
        assert client.get(f"{address}/changes", headers=headers).json()[0]["actor"] == "alice"
        assert client.delete(address, headers=headers).status_code == 204

    @pytest.mark.parametrize(
        "header",
        [
            "Basic",
            "Basic x",
            "Basic %%%",
            "Basic YWxpY2U=",
            "Basic YWxpY2U6d3Jvbmc=",
            "Basic bm9ib2R5Ong=",
            "Basic YQBsaWNlOng=",
        ],
    )
    def test_wrong_credentials_are_401(self, client: APIClient, alice: User, header: str) -> None:
        answer = client.get("/tasks", headers={"Authorization": header})
        assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})

    def test_a_disabled_account_is_401(self, client: APIClient, alice: User) -> None:
        alice.is_active = False
        alice.save()
        assert client.get("/tasks", headers=basic("alice", "wonderland-42")).status_code == 401

    def test_a_session_reads(self, alice: User) -> None:
        browser = Client()
        assert browser.login(username="alice", password="wonderland-42")
        assert browser.get("/tasks").status_code == 200

    def test_a_browser_is_sent_to_sign_in(self) -> None:
        answer = Client().get("/", headers={"Accept": "text/html"})
        assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/")
        assert Client().get("/sign-in").status_code == 200


def test_open_means_everybody(client: APIClient) -> None:
    assert client.post("/tasks", {"title": "x"}).status_code == 201
    assert "tasks_count" in client.get("/health").json()


def test_wrong_credentials_are_refused_in_open_mode_too(client: APIClient) -> None:
    assert client.get("/tasks", headers=basic("nobody", "x")).status_code == 401
