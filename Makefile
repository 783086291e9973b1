PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ifeq ($(PYTHON),)
$(error 需要 Python 3.11 或更新版本及 venv · Needs Python 3.11 or newer with venv. Debian, Ubuntu: apt install python3-venv; Fedora: dnf install python3; openEuler: dnf install python3.11)
endif

# Everything that is made lies in .venv/, webui/frontend/node_modules/, webui/static/dist/ and the data folder. Each step
# leaves a stamp, so a second start does nothing twice.
SHELL := /bin/sh
.NOTPARALLEL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_REQUIRE_VIRTUALENV := 1
export NPM_CONFIG_UPDATE_NOTIFIER := false
# Every process that begins would compile all sources anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# The lists are complete and carry hashes: without resolving anew, a release of tomorrow cannot break an installation.
PIP := $(BIN)/python -m pip install --quiet --no-deps
PORT ?= $(or $(CHANGXIAO_PORT),8000)
FRONTEND := webui/frontend
MANIFEST := webui/static/dist/.vite/manifest.json
FRONTEND_SOURCES := $(shell find $(FRONTEND) -name node_modules -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard webui/translations/*/LC_MESSAGES/*.po))
# Vite wants Node 20.19, 22.12 or newer.
NODE_FITS := node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null
# A Node of the system comes first; without one, the one that lies in the virtual environment.
WITH_NODE := $(NODE_FITS) || PATH="$(CURDIR)/$(BIN):$$PATH"; export PATH; cd $(FRONTEND) &&

.PHONY: help serve test check bench bench-check proof elements pictures lint-rules coverage web web-dev wheel lock clean

help: ## what can be made
	@echo "make serve        演示系统 · the demonstration, http://127.0.0.1:8000 (PORT=…)"
	@echo "make test         全部测试 · all tests, with a browser"
	@echo "make check        规范检查 · style, types, contracts, assets"
	@echo "make bench        性能测量 · measurements; bench-check fails at 1.5 times a target"
	@echo "make proof        长测试 · the long counts"
	@echo "make elements     元素一览 · every element of BPMN with its model, docs/BPMN-ELEMENTS.md"
	@echo "make pictures     页面截图 · a picture of every page, docs/PICTURES.md"
	@echo "make lint-rules   校验规则 · the page of the rules, docs/LINT-RULES.md"
	@echo "make coverage     测试覆盖率 · which lines and branches the tests reach (htmlcov/)"
	@echo "make web, web-dev 前端资源 · build the browser side once, or at each change"
	@echo "make wheel        安装包 · a wheel with the built browser side"
	@echo "make lock         锁定依赖 · write the requirements with hashes anew"
	@echo "make clean        清除生成物 · remove what was made; never the data folder"

# ---- what people run ----

# Without its built files the service works with plain pages, so a missing registry does not keep it from starting.
serve: .venv/.project $(CATALOGUES)
	@$(MAKE) --no-print-directory web || echo "!! 前端资源未构建，页面以简单形式提供 · Browser side not built: plain pages. Later: make web" >&2
	@CHANGXIAO_PORT=$(PORT) exec $(BIN)/changxiao serve

test: .venv/.dev .venv/.project $(CATALOGUES) web
	@browser=$$($(BIN)/python tests/e2e/fetch_chromium.py) && \
	if [ -n "$$browser" ]; then CHANGXIAO_CHROMIUM=$$browser; export CHANGXIAO_CHROMIUM; fi && \
	exec $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --randomly-dont-reorganize

check: .venv/.dev .venv/.project $(CATALOGUES) web
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(WITH_NODE) npm run --silent check

bench: .venv/.dev .venv/.project $(CATALOGUES) web
	$(BIN)/python -m benchmarks

bench-check: .venv/.dev .venv/.project $(CATALOGUES) web
	$(BIN)/python -m benchmarks --check

proof: .venv/.dev .venv/.project $(CATALOGUES) web
	$(BIN)/python -m pytest --long -m long

elements: .venv/.dev .venv/.project
	$(BIN)/python -m tests.elements.page

pictures: .venv/.dev .venv/.project $(CATALOGUES) web
	@browser=$$($(BIN)/python tests/e2e/fetch_chromium.py) && \
	if [ -n "$$browser" ]; then CHANGXIAO_CHROMIUM=$$browser; export CHANGXIAO_CHROMIUM; fi && \
	exec $(BIN)/python -m tests.e2e.pictures

lint-rules: .venv/.dev .venv/.project
	$(BIN)/python -m tests.unit.lint.rules_page

# The rules are held to every line and branch by the tests beside them; everything together to 95 %.
coverage: .venv/.dev .venv/.project $(CATALOGUES) web
	$(BIN)/python -m pytest -n 2 -q --cov --cov-branch --cov-report= tests/unit tests/processes
	$(BIN)/python -m coverage report --include='engine/model/*,forms/*' --fail-under=100
	$(BIN)/python -m pytest -n 2 -q --cov --cov-branch --cov-append --cov-report=html tests/integration tests/e2e
	$(BIN)/python -m coverage report --fail-under=95

wheel: .venv/.dev .venv/.build $(CATALOGUES) web
	@test -f $(MANIFEST) || { echo "$(MANIFEST) is missing: the browser side was not built" >&2; exit 1; }
	$(BIN)/python -m build --wheel --no-isolation

web: $(MANIFEST)

web-dev: $(FRONTEND)/node_modules/.stamp
	@$(WITH_NODE) npx vite build --watch

lock: .venv/.made
	$(PIP) uv
	for name in runtime build node dev; do \
		$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 \
			--universal requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done
	@$(WITH_NODE) npm install --package-lock-only --ignore-scripts

clean:
	rm -rf .venv build dist *.egg-info webui/static/dist $(FRONTEND)/node_modules $(CATALOGUES) htmlcov .coverage*
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- how it comes about ----

.venv/.made:
	@echo "建立虚拟环境 · making .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: requirements/runtime.txt .venv/.made
	@echo "安装运行依赖（首次约 1 分钟）· installing packages, about a minute the first time"
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.made
	@echo "安装开发依赖 · installing packages for tests and checks"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.build: requirements/build.txt .venv/.made
	@$(PIP) --require-hashes -r requirements/build.txt
	@touch $@

.venv/.project: setup.cfg pyproject.toml .venv/.runtime .venv/.build
	@$(PIP) --no-build-isolation -e .
	@touch $@

.venv/.node: requirements/node.txt .venv/.made
	@$(NODE_FITS) || { echo "安装 Node.js · installing Node.js into .venv" && $(PIP) --require-hashes -r requirements/node.txt; }
	@touch $@

$(FRONTEND)/node_modules/.stamp: $(FRONTEND)/package-lock.json .venv/.node
	@echo "安装前端依赖 · installing browser packages"
	@$(WITH_NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(MANIFEST): $(FRONTEND)/node_modules/.stamp $(FRONTEND_SOURCES)
	@echo "构建前端资源 · building the browser side"
	@$(WITH_NODE) npx vite build
	@touch $@

%.mo: %.po .venv/.runtime
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
