# Two commands matter: `make demo` (serving only) and `make test` (everything).
PYTHON ?= python3
VENV ?= .venv
BENCH ?= .bench
BENCH_SHAPE ?= --layers 4 --hidden 256
RUN = $(VENV)/bin

.PHONY: demo test test-ray test-two-browsers test-labelstudio browser office lint score bench bench-http bench-overload bench-batch bench-labels stress-batch fuzz hostile kinds clean

demo: $(VENV)/serving
	$(RUN)/huibao read tests/golden/example.txt

test: $(VENV)/everything browser office lint
	$(RUN)/python -m pytest -q

test-ray: $(VENV)/everything
	$(RUN)/python -m pip install --quiet --editable '.[batch]'
	HUIBAO_TEST_RAY=1 $(RUN)/python -m pytest -q tests/serving/batch/test_ray.py
	$(RUN)/python tests/benchmarks/batch/two_nodes.py $(BENCH_OPTIONS)

test-labelstudio: $(VENV)/everything $(BENCH)/labelstudio/installed browser
	PYTHONPATH=tests/benchmarks/http $(RUN)/python tests/labelstudio --work $(BENCH)/labelstudio

test-two-browsers: $(VENV)/everything browser
	REVIEW_SAVES=500 $(RUN)/python -m pytest -q tests/serving/service/test_review_screens.py -k two_browsers

browser:
	sh tests/install_browser.sh

office:
	sh tests/install_office.sh

lint: $(VENV)/everything
	$(RUN)/ruff format --check serving training tests
	$(RUN)/ruff check serving training tests
	$(RUN)/mypy
	PYTHONPATH=serving:training $(RUN)/lint-imports
	$(RUN)/huibao labels check

kinds: $(VENV)/everything office
	$(RUN)/python tests/benchmarks/kinds_table.py --write

hostile: $(VENV)/everything office
	$(RUN)/python tests/benchmarks/hostile_reading.py $(BENCH_OPTIONS)

FUZZ_SECONDS ?= 300
FUZZ_SEED ?= 0
fuzz: $(VENV)/everything
	nice $(RUN)/python tests/fuzz --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED)

score: $(VENV)/everything
	$(RUN)/python -m huibao_training score

bench: $(VENV)/serving
	$(RUN)/python tests/benchmarks/start.py

bench-http: $(VENV)/everything $(BENCH)/infinity/installed
	$(RUN)/python tests/benchmarks/http --work $(BENCH) $(BENCH_SHAPE) $(BENCH_OPTIONS)
	$(RUN)/python tests/benchmarks/http/matmul_share.py --work $(BENCH) $(BENCH_SHAPE)

bench-batch: $(VENV)/serving
	$(RUN)/python tests/benchmarks/batch $(BENCH_OPTIONS)

bench-labels: $(VENV)/everything
	$(RUN)/python tests/benchmarks/labels.py $(BENCH_OPTIONS)

stress-batch: $(VENV)/serving
	$(RUN)/python tests/benchmarks/batch/stress.py

bench-overload: $(VENV)/everything
	$(RUN)/python tests/benchmarks/http/overload.py --work $(BENCH) $(BENCH_OPTIONS)

$(BENCH)/infinity/installed: tests/benchmarks/http/infinity.txt
	$(PYTHON) -m venv $(BENCH)/infinity
	$(BENCH)/infinity/bin/python -m pip install --quiet torch==2.13.0
	$(BENCH)/infinity/bin/python -m pip install --quiet --requirement $<
	touch $@

# A gigabyte with tight pins, so in an environment of its own; five minutes.
$(BENCH)/labelstudio/installed:
	$(PYTHON) -m venv $(BENCH)/labelstudio/venv
	$(BENCH)/labelstudio/venv/bin/python -m pip install --quiet label-studio==1.23.2
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/serving: $(VENV)/bin/python pyproject.toml
	$(RUN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/everything: $(VENV)/bin/python pyproject.toml
	$(RUN)/python -m pip install --quiet torch==2.13.0
	$(RUN)/python -m pip install --quiet --editable '.[train,dev]'
	touch $@ $(VENV)/serving

clean:
	rm -rf $(VENV) $(BENCH) .runs dist .pytest_cache .mypy_cache .ruff_cache
