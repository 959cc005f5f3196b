#!/bin/sh
# The year of a department in ten calls, from pushing its records to the sealed report.
#
#     BASE=http://127.0.0.1:8080 TOKEN=… examples/year-of-a-department.sh [FOLDER]
#
# TOKEN must reach all organizations: `danvan token --org '*' --scope 'organizations:write records:write kpis:write
# directives:write reports:read reports:write'`. The sealed report is saved in FOLDER, or here. What is sent is the example of
# the department of Đồng Nai 2020, whose README says what of it is real; the dossiers below are made up.
#
# It can be run again: batches change nothing that they said before, what is created by PUT is left as it is once it is there, and
# the report is sealed once more, as it then stands, beside the first.
set -eu
here=$(dirname "$0")/dong-nai-2020
to=${1:-.}
api=${BASE:?}/api/v1
days='org=H19.06&from=2015-01-01&to=2020-12-31'
calls=0

# call METHOD PATH OUTPUT [FILE]: one call, whose answer is written to a file. An answer that is a problem is printed and ends the
# script, but for that of a PUT whose record is there already (412, since it may only create).
call() {
    calls=$((calls + 1))
    echo "$calls. $1 /$2" >&2
    method=$1 path=$2 output=$3 create=
    [ "$method" = PUT ] && create='If-None-Match: *'
    set -- ${4:+--data-binary "@$4"}
    status=$(curl -sS -X "$method" "$api/$path" -H "Authorization: Bearer ${TOKEN:?}" -H 'Content-Type: application/json' \
        ${create:+-H "$create"} "$@" -o "$output" -w '%{http_code}')
    case $method:$status in
    *:2??) ;;
    PUT:412) echo "   is there already and left as it is" >&2 ;;
    *)
        echo "   refused with $status:" >&2
        cat "$output" >&2
        exit 1
        ;;
    esac
}

dossiers=$(mktemp) answer=$(mktemp)
trap 'rm -f "$dossiers" "$answer"' EXIT
cat >"$dossiers" <<'JSON'
{"items": [
  {"code": "000.00.06.H19-200302-0001", "organization": "H19.06.02", "procedure": "VD.1", "channel": "online",
   "due_at": "2020-03-20T17:00:00+07:00", "events": [
     {"status": "accepted", "at": "2020-03-02T08:15:00+07:00"}, {"status": "completed", "at": "2020-03-13T15:40:00+07:00"}]},
  {"code": "000.00.06.H19-200511-0001", "organization": "H19.06.03", "procedure": "VD.1", "channel": "direct",
   "due_at": "2020-05-29T17:00:00+07:00", "events": [
     {"status": "accepted", "at": "2020-05-11T09:00:00+07:00"}, {"status": "completed", "at": "2020-05-29T10:05:00+07:00"}]}
]}
JSON

# The department and its units, and who works there.
call POST 'organizations/batch?atomic=true&answer=failed' "$answer" "$here/organizations/batch.json"
call PUT organizations/H19.06/staffing/2020-06-30 "$answer" "$here/organizations/H19.06/staffing/2020-06-30.json"
# What it did, as the one-stop system and the e-office push it.
call POST 'procedures/batch?atomic=true&answer=failed' "$answer" "$here/procedures/batch.json"
call POST 'dossiers/batch?atomic=true&answer=failed' "$answer" "$dossiers"
call POST 'document-exchanges/batch?atomic=true&answer=failed' "$answer" "$here/document-exchanges/batch.json"
# What it was told to do, and what it states itself.
call POST 'directives/batch?atomic=true&answer=failed' "$answer" "$here/directives/batch.json"
call PUT organizations/H19.06/reported-figures/on-time-dossiers/2020 "$answer" \
    "$here/organizations/H19.06/reported-figures/on-time-dossiers/2020.json"
# The first page of its report, and the report itself, sealed.
call PUT "reports/mass-mobilization/cover?$days" "$answer" "$here/reports/mass-mobilization/cover.json"
printf '{"org": "H19.06", "from": "2015-01-01", "to": "2020-12-31"}' >"$dossiers"
call POST reports/sealed "$to/seal.json" "$dossiers"
id=$(sed -n 's/^{"id":"\([0-9a-f-]*\)".*/\1/p' "$to/seal.json")
call GET "reports/sealed/$id.docx" "$to/report.docx"
echo "$to/report.docx: the report; $to/seal.json: its seal" >&2
