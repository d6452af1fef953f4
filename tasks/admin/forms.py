"""The admin's forms: what a person changed is what differs from what the page had shown."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget, AutocompleteSelect
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tasks.fields import DueField, DueInput, Line, Text
from tasks.models import Task
from tasks.models.columns import ASSIGNEE_LENGTH

if TYPE_CHECKING:
    Formset = forms.BaseModelFormSet[Task, "RowForm"]
    TaskModelForm = forms.ModelForm[Task]
else:
    Formset, TaskModelForm = forms.BaseModelFormSet, forms.ModelForm

MOST_NAMES = 200  # offered while an assignee is written


# --- Fields -----------------------------------------------------------------------------------------------------------
class NameInput(AdminTextInputWidget):
    """A text input that offers the names that tasks have already."""

    template_name = "admin/tasks/name_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["names"] = Task.objects.assignees(MOST_NAMES)
        context["widget"]["attrs"] |= {"list": f"names-{name}", "autocomplete": "off"}
        return context


class QuickSelect(forms.Select):
    """A list shows a hundred of them, and Django's templates for one take a millisecond."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = ((key, " selected" if key == value else "", label) for key, label in self.choices)
        inner = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(self.attrs | (attrs or {})), inner)


class QuickHidden(forms.HiddenInput):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html('<input type="hidden" name="{}" value="{}"{}>', name, value or "", flatatt(attrs or {}))


class AccountSelect(AutocompleteSelect):
    """Django's, which looks up whatever was sent when it shows a refused form again."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        keys = [key for key in value if str(key).isascii() and str(key).isdecimal() and len(str(key)) < 19]
        return super().optgroups(name, keys, attr)


class RowId(forms.UUIDField):
    """Which task a row of the list is; no query for each, as Django's own field makes."""

    widget = QuickHidden

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


# --- Forms ------------------------------------------------------------------------------------------------------------
class ChangeForm(TaskModelForm):
    """Sends along what it shows, so that saving an old page puts nothing back that others changed meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def values(self) -> dict[str, Any]:
        """Return what a verb takes: every field of a new task, the changed ones of another."""
        names = self.fields if self.instance._state.adding else self.changed_data
        given = {name: self.cleaned_data[name] for name in names if name != "id"}
        if "user" in given:
            user = given.pop("user")
            given["user_id"] = user.pk if user else None
        return given

    def _get_validation_exclusions(self) -> set[str]:
        # The fields have checked it all; Django would ask the database about each constraint.
        return {field.name for field in Task._meta.get_fields()}


class TaskForm(ChangeForm):
    class Meta:
        field_classes = {"title": Line, "description": Text, "assignee": Line, "due_date": DueField}
        widgets = {
            "title": AdminTextInputWidget(attrs={"class": "vTextField wide", "autofocus": True}),
            "description": AdminTextareaWidget(attrs={"rows": 8}),
            "assignee": NameInput,
            "due_date": DueInput,
        }
        help_texts = {
            "due_date": _("Without a time the whole day is meant: late from the next midnight."),
            "user": _("An account that the task belongs to; the assignee may be anybody."),
        }


class RowForm(ChangeForm):
    """What the list lets a person change in place."""

    class Meta:
        widgets = {"status": QuickSelect, "priority": QuickSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.hidden_widget = QuickHidden
            field.widget.attrs["aria-label"] = f"{Task._meta.get_field(name).verbose_name} #{self.instance.number}"  # type: ignore[union-attr]

    def clean(self) -> None:
        if self.instance._state.adding and self.has_changed():
            raise forms.ValidationError(_("This task was deleted meanwhile."), code="gone")


class Rows(Formset):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["id"] = RowId(initial=form.instance.pk)

    def is_valid(self) -> bool:
        """Raise Task.DoesNotExist for a page that cannot be saved: shown again, its rows would stand beside others.

        Rows are saved in the order of their keys, so that two pages saved at once never deadlock.
        """
        if not super().is_valid():
            raise Task.DoesNotExist
        self.forms.sort(key=lambda form: form.instance.pk)
        return True


class AssignForm(forms.Form):
    assignee = Line(
        label=_("Assignee"),
        max_length=ASSIGNEE_LENGTH,
        required=False,
        empty_value="",
        widget=NameInput,
        help_text=_("Leave it empty to assign the tasks to nobody."),
    )
