#!/usr/bin/env bash
# Pin requirements/*.in into hashed requirements/*.txt. No index address is written down.
set -euo pipefail
cd "$(dirname "$0")/../requirements"
compile=(uv pip compile --quiet --generate-hashes --no-emit-index-url)
"${compile[@]}" --python 3.10 --override rasa-overrides.txt rasa.in -o rasa.txt "$@"
"${compile[@]}" --python 3.10 --override rasa-overrides.txt rasa-dev.in -o rasa-dev.txt "$@"
"${compile[@]}" --universal --python-version 3.11 services.in -o services.txt "$@"
"${compile[@]}" --universal --python-version 3.11 dev.in -o dev.txt "$@"
"${compile[@]}" --universal --python-version 3.11 helpdesk.in -o helpdesk.txt "$@"
