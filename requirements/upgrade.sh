#!/bin/sh
# Brings this installation to a newer version, or leaves it exactly as it was. `make upgrade` calls it.
#
#     TO=      a tag, branch or commit of the git checkout, or the file of a .tar.gz; empty: the newest of this branch
#     COPIED=  "yes": PostgreSQL was copied by hand
#     VENV=    the folder of the virtual environment (.venv)
#
# One line a step, in the host's language. Everything it says goes to standard error.
set -eu
exec 1>&2

VENV=${VENV:-.venv}
TO=${TO:-}
COPIED=${COPIED:-}
HERE=$(cd "$(dirname "$0")" && pwd)
cd "$HERE/.."
KEPT=.before-upgrade # the old environment, and the old files where there is no git, until all is well

language() {
    said=$(sed -n 's/^ *DEFAULT_LOCALE *= *["'\'']\{0,1\}\([A-Za-z]*\).*/\1/p' .env 2>/dev/null | tail -n 1)
    case ${DEFAULT_LOCALE:-${said:-${LC_ALL:-${LANG:-}}}} in
    ko* | KO*) echo ko ;;
    *) echo en ;;
    esac
}

say() { # in Korean, in English
    if [ "$LANGUAGE_HERE" = ko ]; then echo "$1"; else echo "$2"; fi
}

refuse() {
    say "$1" "$2"
    exit 1
}

moim() { "$VENV/bin/python" -m bot "$@"; }

is_archive() { case $TO in *.tar.gz | *.tgz) true ;; *) false ;; esac; }

look_first() { # nothing has been changed yet
    if ! [ -x "$VENV/bin/python" ]; then
        refuse "아직 설치하지 않았어요. 먼저 make run 을 하세요." "There is nothing to upgrade yet: make run installs it."
    fi
    if [ -e "$KEPT" ]; then
        refuse "$KEPT 폴더가 남아 있어요. 지난번에 중간에 끊겼어요. 안을 보고 지운 뒤 다시 하세요." \
            "$KEPT is left from an upgrade that was cut off. Look into it, remove it, and try again."
    fi
    if moim status --json 2>/dev/null | grep -q '^  "running": \[$'; then
        refuse "봇이 돌고 있어요. 먼저 멈추세요. 예: sudo systemctl stop moim" \
            "The bot is running. Stop it first, for example: sudo systemctl stop moim"
    fi
    if is_archive; then
        if ! [ -f "$TO" ]; then refuse "파일이 없어요: $TO" "There is no file $TO"; fi
        return
    fi
    if ! git rev-parse --git-dir >/dev/null 2>&1; then
        refuse "git 저장소가 아니에요. 새 판의 파일을 주세요: make upgrade TO=moim.tar.gz" \
            "This is no git checkout. Give the file of the new version: make upgrade TO=moim.tar.gz"
    fi
    if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
        refuse "프로그램 파일을 고친 것이 있어서 올리지 않아요. git status 로 보세요." \
            "Files of the program were changed here, so it is not upgraded. See: git status"
    fi
}

check() { # what is wrong with the installation, not with the network
    if ! checked=$(moim check --offline 2>&1); then
        echo "$checked" | grep '^✗' || echo "$checked" | tail -n 3
        return 1
    fi
}

back_up() {
    if [ "$COPIED" = yes ]; then
        backup=
        return
    fi
    if ! backup=$(moim backup 2>"$MESSAGES"); then
        cat "$MESSAGES"
        return 1
    fi
    say "백업을 만들었어요: $backup" "Backup: $backup"
}

fetch() {
    if is_archive; then
        fetch_archive
        return
    fi
    if [ -n "$TO" ]; then
        git fetch --quiet --tags origin && git checkout --quiet --detach "$(wanted)"
    else
        git pull --quiet --ff-only
    fi
}

wanted() { # a branch of the origin before an old one of here
    if git rev-parse --verify --quiet "origin/$TO^{commit}"; then return; fi
    git rev-parse --verify "$TO^{commit}"
}

fetch_archive() {
    mkdir "$KEPT/new" "$KEPT/old" && tar -xzf "$TO" -C "$KEPT/new" || return 1
    top=$(ls "$KEPT/new")
    if ! [ -f "$KEPT/new/$top/pyproject.toml" ]; then
        say "새 판의 파일이 아니에요: $TO" "$TO does not hold a version of this program."
        return 1
    fi
    ls -A "$KEPT/new/$top" >"$KEPT/names"
    while read -r name; do
        case $name in .env | var | .git | "$VENV" | "$KEPT") continue ;; esac
        echo "$name" >>"$KEPT/moved"
        if [ -e "$name" ]; then mv "$name" "$KEPT/old/" || return 1; fi
        mv "$KEPT/new/$top/$name" . || return 1
    done <"$KEPT/names"
}

install_new() { # into a new environment: the old one is put back as it was, or not needed any more
    mv "$VENV" "$KEPT/venv" && VENV=$VENV sh requirements/set-up.sh run
}

back() { # whatever happened, everything is as it was
    trap - EXIT INT TERM HUP
    set +e
    say "되돌리고 있어요." "Putting everything back."
    if [ -d "$KEPT/venv" ]; then
        rm -rf "$VENV"
        mv "$KEPT/venv" "$VENV"
    fi
    if is_archive; then
        if [ -f "$KEPT/moved" ]; then
            while read -r name; do
                rm -rf "./$name"
                if [ -e "$KEPT/old/$name" ]; then mv "$KEPT/old/$name" .; fi
            done <"$KEPT/moved"
        fi
    elif [ -n "$branch" ]; then
        git checkout --quiet --force "$branch" && git reset --quiet --hard "$before"
    else
        git checkout --quiet --force --detach "$before"
    fi
    if [ "$touched" = yes ] && [ -n "$backup" ]; then
        if ! moim restore "$backup" >/dev/null; then
            say "데이터베이스를 되돌리지 못했어요. 직접 하세요: moim restore $backup" \
                "The database could not be put back. Do it by hand: moim restore $backup"
            exit 1
        fi
    elif [ "$touched" = yes ] && [ "$COPIED" = yes ]; then
        say "데이터베이스는 pg_restore 로 되돌리세요." "Put the database back with pg_restore."
    fi
    rm -rf "$KEPT"
    say "올리지 못했어요. 모두 전과 같아요." "It was not upgraded. Everything is as it was."
    exit 1
}

failed() { # in Korean, in English: why it goes back
    say "$1" "$2"
    back
}

version() { "$VENV/bin/python" -m bot --version 2>/dev/null || echo moim; }

main() {
    LANGUAGE_HERE=$(language)
    look_first
    if ! check; then
        refuse "올리기 전에 먼저 고칠 것이 있어요." "There is something to mend first."
    fi
    old=$(version)
    branch= before= backup= touched=no
    if ! is_archive; then
        before=$(git rev-parse HEAD)
        branch=$(git symbolic-ref --quiet --short HEAD || true)
    fi
    mkdir "$KEPT"
    MESSAGES=$KEPT/messages
    if ! back_up; then
        rm -rf "$KEPT"
        refuse "백업을 만들지 못해서 올리지 않아요. PostgreSQL이면 pg_dump 뒤에 make upgrade COPIED=yes 로 하세요." \
            "There is no backup, so it is not upgraded. On PostgreSQL: pg_dump, then make upgrade COPIED=yes"
    fi
    trap back EXIT INT TERM HUP
    if ! fetch 2>"$MESSAGES"; then
        tail -n 3 "$MESSAGES"
        failed "새 판을 받지 못했어요." "The new version could not be fetched."
    fi
    if ! is_archive && [ "$(git rev-parse HEAD)" = "$before" ]; then
        trap - EXIT INT TERM HUP
        rm -rf "$KEPT"
        say "이미 가장 새 판이에요." "It is up to date already."
        return
    fi
    say "새 판을 받았어요." "The new version is here."
    if ! install_new; then
        failed "새 판을 설치하지 못했어요." "The new version could not be installed."
    fi
    say "데이터베이스를 맞추고 있어요." "Bringing the database along."
    touched=yes
    if ! moim db upgrade; then
        failed "데이터베이스를 맞추지 못했어요." "The database could not be brought along."
    fi
    if ! check; then
        failed "새 판에 문제가 있어요." "There is something wrong with the new version."
    fi
    trap - EXIT INT TERM HUP
    rm -rf "$KEPT"
    say "올렸어요: $old → $(version). 봇을 켜세요." "Upgraded: $old -> $(version). Start the bot."
}

main
exit
