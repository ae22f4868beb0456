# make run, make test: all there is to know. Everything else is for those who change something.
# The recipes keep standard output and input free: lines piped into `make run` reach the bot, its answers come out alone.

VENV ?= .venv
PY := $(VENV)/bin/python
ARGS ?=
TO ?=
COPIED ?=
export VENV TO COPIED

.PHONY: run upgrade test check format lock bench soak clean

run: $(VENV)/run.stamp ## start the bot: the platforms that have a token, else the console
	@exec $(PY) -m bot $(ARGS)

upgrade: ## to the newest version (TO=tag or file for another), or leave everything as it was
	@sh requirements/upgrade.sh

test: $(VENV)/dev.stamp ## the tests, on every core
	@exec $(PY) -m pytest -n auto $(ARGS)

check: $(VENV)/dev.stamp ## format, lint, types, import rules
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy --no-error-summary
	@$(PY) -c "from importlinter.cli import lint_imports_command as check; check(['--no-logo'])"

format: $(VENV)/dev.stamp ## put the code into its format
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lock: $(VENV)/dev.stamp ## requirements/*.lock anew, with the newest versions that pyproject.toml allows
	@sh requirements/lock.sh

bench: $(VENV)/dev.stamp ## the figures, each beside a control of the same run
	@exec $(PY) -m pytest -m 'bench and not soak' -s $(ARGS)

soak: $(VENV)/dev.stamp ## every test in its long form, new examples each time
	@exec $(PY) -m pytest -m 'soak or not bench' --hypothesis-profile=long $(ARGS)

clean: ## everything that can be made again; never .env or var/
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/%.stamp: requirements/%.lock pyproject.toml requirements/set-up.sh
	@sh requirements/set-up.sh $*
