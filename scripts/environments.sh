#!/usr/bin/env bash
# Build one of the two Python environments: "services" (3.11 or newer) or "rasa" (3.10); or that of the
# helpdesk that the tests run against.
set -euo pipefail
cd "$(dirname "$0")/.."

SERVICES="3.11 3.12 3.13"
RASA="3.10"
AGAIN="and run the command again."

say() { printf '%s\n' "$*" >&2; }

# What a tool printed, as one sentence about its true cause.
fail() { # what was tried, what the tool printed
  say "$2"
  case $2 in
    *"o space left"* | *"os error 28"* | *"isk quota"*)
      say "$1: the disk is full. Free some space (about 4 GB for both environments) $AGAIN" ;;
    *"ermission denied"* | *"ead-only file system"* | *"ot a directory"* | *"ile exists"*)
      say "$1: the folder $PWD cannot be written. Change its owner, or clone to a folder of your own, $AGAIN" ;;
    *"dns error"* | *"error sending request"* | *"ould not resolve"* | *"onnection"* | *"name resolution"* | *"imed out"*)
      say "$1: a download failed. Check the network and the proxy settings $AGAIN" ;;
    *ensurepip* | *"o module named venv"*)
      say "$1: this Python cannot make environments. Install uv (https://docs.astral.sh/uv/) or 'apt install python3-venv' $AGAIN" ;;
    *) say "$1: see above." ;;
  esac
  exit 1
}

# Run a command: say what is done, now and then that it still goes on, and the true cause if it fails.
step() { # what is done, command...
  local what=$1 said status=0 watch
  shift
  say "$what ..."
  told_while_it_lasts "$what" &
  watch=$!
  said=$("$@" 2>&1) || status=$?
  kill "$watch" 2>/dev/null || true
  if [ "$status" -ne 0 ]; then fail "$what did not work" "$(tail -n 8 <<<"$said")"; fi
}

told_while_it_lasts() {
  local nth=0
  # Ends with this script, whatever ended it; holds nobody's output open.
  while kill -0 $$ 2>/dev/null && sleep 1 >/dev/null 2>&1; do
    nth=$((nth + 1))
    if [ $((nth % 10)) -eq 0 ]; then say "  $1: $nth s so far ..."; fi
  done
}

check_writable() {
  local said
  if ! said=$({ mkdir -p var && echo probe >"$1/.probe" && rm "$1/.probe"; } 2>&1); then
    fail "Building the environments" "$said"
  fi
}

find_uv() {
  uv=uv
  if command -v uv >/dev/null 2>&1; then return; fi
  uv=var/uv/bin/uv
  if [ -x "$uv" ]; then return; fi
  if ! command -v python3 >/dev/null 2>&1; then
    say "python3 was not found. Install Python 3.11 or newer (for example 'apt install python3 python3-venv') $AGAIN"
    exit 1
  fi
  # uv comes from the package index by pip, into a folder of its own: nothing of the system changes.
  step "Making a place for uv, which builds the environments" python3 -m venv var/uv
  step "Fetching uv" var/uv/bin/pip install --quiet uv
}

# Name the first of these versions that is on this machine; where none is, the first that uv can download.
find_python() { # versions in order of preference
  local said=''
  for python in $1; do
    if "$uv" python find --no-python-downloads "$python" >/dev/null 2>&1; then return; fi
  done
  for python in $1; do
    say "Python $python is not on this machine: downloading it ..."
    if said=$("$uv" venv --quiet --clear --python "$python" var/python 2>&1); then
      rm -rf var/python
      return
    fi
  done
  said=$(tail -n 8 <<<"$said")
  case $said in
    *"o space left"* | *"ermission denied"* | *"ead-only file system"*) fail "Downloading Python ${1%% *}" "$said" ;;
  esac
  say "$said"
  say "Python ${1// / or } was not found and could not be downloaded."
  say "Install it (for example 'apt install python${1%% *}' or 'pyenv install ${1%% *}' or 'uv python install ${1%% *}') $AGAIN"
  exit 1
}

build() { # folder, Python versions in order of preference, requirement files...
  local folder=$1 versions=$2 uv python file
  shift 2
  check_writable .
  check_writable var
  find_uv
  # Both Pythons are looked for before the first environment is filled, which takes minutes.
  if [ ! -e .venv-rasa/.installed ]; then find_python "$RASA"; fi
  find_python "$versions"
  step "Making $folder" "$uv" venv --quiet --clear --python "$python" "$folder"
  local arguments=()
  for file in "$@"; do arguments+=(-r "$file"); done
  # The lists are complete, so nothing else is resolved (Rasa asks for "tensorflow", whose processor build is listed).
  step "Installing into $folder (Python $python)" \
    "$uv" pip install --quiet --no-deps --require-hashes --python "$folder" "${arguments[@]}"
  touch "$folder/.installed"
}

case ${1:-} in
  services) build .venv "$SERVICES" requirements/services.txt requirements/dev.txt ;;
  rasa) build .venv-rasa "$RASA" requirements/rasa.txt requirements/rasa-dev.txt ;;
  helpdesk)
    build var/django-helpdesk "$SERVICES" requirements/helpdesk.txt
    # What stands in the mark tells which versions are installed.
    cp requirements/helpdesk.txt var/django-helpdesk/.installed
    ;;
  *)
    say "usage: scripts/environments.sh services|rasa|helpdesk"
    exit 2
    ;;
esac
