from typing import Any

from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Django's, whose one message for a wrong name and a wrong password the page words itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input input-large"

    def full_clean(self) -> None:
        super().full_clean()
        if self.errors:
            # Both are marked: telling which one is wrong would tell which names exist.
            for field in self.fields.values():
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": "problem"}
