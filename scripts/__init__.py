"""What the Makefile calls. install.py runs on a bare Python, the rest inside .venv."""
