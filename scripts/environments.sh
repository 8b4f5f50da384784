#!/usr/bin/env bash
# Build one of the two Python environments: "services" (3.11 or newer) or "rasa" (3.10); or that of the
# helpdesk that the tests run against.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

uv_command() {
  if command -v uv >/dev/null 2>&1; then
    echo uv
    return
  fi
  # uv comes from the package index by pip, into a folder of its own: nothing of the system changes.
  if [ ! -x var/uv/bin/uv ]; then
    say "Fetching uv, which builds the environments ..."
    if ! { python3 -m venv var/uv && var/uv/bin/pip install --quiet uv; } >&2; then
      say "Could not fetch uv. Install it (https://docs.astral.sh/uv/) and run the command again."
      exit 1
    fi
  fi
  echo var/uv/bin/uv
}

build() { # folder, Python versions in order of preference, requirement files...
  local folder=$1 versions=$2
  shift 2
  local uv python=
  uv=$(uv_command)
  for version in $versions; do
    if "$uv" venv --quiet --clear --python "$version" "$folder" 2>/dev/null; then
      python=$version
      break
    fi
  done
  if [ -z "$python" ]; then
    say "Python ${versions// / or } was not found and could not be downloaded."
    say "Install it (for example 'apt install python${versions%% *}' or 'pyenv install ${versions%% *}' or 'uv python install ${versions%% *}') and run the command again."
    exit 1
  fi
  say "Installing into $folder (Python $python) ..."
  local arguments=()
  for file in "$@"; do arguments+=(-r "$file"); done
  # The lists are complete, so nothing else is resolved (Rasa asks for "tensorflow", whose processor build is listed).
  "$uv" pip install --quiet --no-deps --require-hashes --python "$folder" "${arguments[@]}"
  touch "$folder/.installed"
}

case ${1:-} in
  services) build .venv "3.11 3.12 3.13" requirements/services.txt requirements/dev.txt ;;
  rasa) build .venv-rasa "3.10" requirements/rasa.txt requirements/rasa-dev.txt ;;
  helpdesk)
    build var/django-helpdesk "3.11 3.12 3.13" requirements/helpdesk.txt
    # What stands in the mark tells which versions are installed.
    cp requirements/helpdesk.txt var/django-helpdesk/.installed
    ;;
  *)
    say "usage: scripts/environments.sh services|rasa|helpdesk"
    exit 2
    ;;
esac
