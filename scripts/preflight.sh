#!/usr/bin/env bash
# The first step of `make run`: what cannot work is told before anything is built. Needs any Python from 3.8 on.
set -euo pipefail
cd "$(dirname "$0")/.."

for python in python3 python3.13 python3.12 python3.11 python3.10 .venv/bin/python; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
    exec "$python" -m launch.preflight
  fi
done
echo "Cannot start. Python was not found. Install Python 3.11 or newer (for example 'apt install python3 python3-venv') and run the command again."
exit 1
