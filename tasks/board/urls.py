"""The pages for people. `/` itself is in tasks.api.urls, which also answers programs there."""

from django.urls import path

from tasks.board import add, cards, live, manifest, page, preferences, task

app_name = "tasks"

urlpatterns = [
    path("board/<str:status>", page.column_page, name="column"),
    path("live", live.live, name="live"),
    path("t/<str:key>", task.task, name="task"),
    path("t/<str:key>/edit", task.edit, name="edit"),
    path("add", add.add, name="add"),
    path("add/understood", add.understood, name="understood"),
    path("t/<str:key>/move", cards.move, name="move"),
    path("t/<str:key>/delete", cards.delete, name="delete"),
    path("undo", cards.undo, name="undo"),
    path("preferences", preferences.preferences, name="preferences"),
    path("manifest.webmanifest", manifest.manifest, name="manifest"),
]
