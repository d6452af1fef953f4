# TaskFlow's commands: make help

# The first Python that is new enough. PYTHON=/path/to/python3 make run takes another.
ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
endif

# The oldest syntax on purpose: a Python too old to read our files must still say so.
TOO_OLD = import sys; sys.version_info < (3, 11) and sys.exit("TaskFlow needs Python 3.11 or newer; this is " + sys.version.split()[0])

define install
	@test -n "$(PYTHON)" || { echo "TaskFlow needs Python 3.11 or newer; found: $$(python3 --version 2>&1)."; exit 1; }
	@"$(PYTHON)" -c '$(TOO_OLD)'
	@"$(PYTHON)" scripts/install.py $(1)
endef

IN_VENV = @exec .venv/bin/python -m

.DEFAULT_GOAL := help
.PHONY: help run dev test lint format messages screenshots

help: ## Say what there is
	@sed -n 's/^\([a-z]*\): ## /\1	/p' Makefile | while IFS='	' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

run: ## Install, prepare the database, serve on http://127.0.0.1:8000 (PORT=9000 make run: on another port)
	$(call install,requirements.txt)
	$(IN_VENV) scripts.serve

dev: ## The same with DEBUG and reload at every change of the code
	$(call install,requirements.txt)
	$(IN_VENV) scripts.serve dev

test: ## Every check: linters, types, migrations, deploy settings, tests on SQLite and PostgreSQL, coverage
	$(call install,requirements-dev.txt)
	$(IN_VENV) scripts.checks test

lint: ## The quick checks alone, without the tests
	$(call install,requirements-dev.txt)
	$(IN_VENV) scripts.checks lint

format: ## Put code and templates into the one format
	$(call install,requirements-dev.txt)
	$(IN_VENV) scripts.checks format

messages: ## Collect the texts for translation (needs GNU gettext) and compile the French catalogue
	$(call install,requirements-dev.txt)
	@.venv/bin/python manage.py makemessages -l fr --no-obsolete --no-wrap --add-location=file --ignore=.venv
	@.venv/bin/python -c 'import polib; po = polib.pofile("locale/fr/LC_MESSAGES/django.po"); open("locale/fr/LC_MESSAGES/django.mo", "wb").write(po.to_binary())'

screenshots: ## Take the pictures in docs/images anew (needs chromium)
	$(call install,requirements-dev.txt)
	$(IN_VENV) scripts.screenshots
