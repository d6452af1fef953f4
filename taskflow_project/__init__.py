"""TaskFlow: the task manager that a person or a team runs themselves."""

__version__ = "3.0.0"
