#!/usr/bin/env bash
# What a release needs before its start command. Any failure stops it, and the version before keeps serving.
set -o errexit -o nounset -o pipefail
cd "$(dirname "$0")"

python -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
python manage.py collectstatic --no-input
python manage.py migrate --no-input
python manage.py createadmin
