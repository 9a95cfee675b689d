"""The response of every page of the desk to each kind of user, for test_editors_routes."""

USERS = ("anonymous", "staff", "viewer", "editor", "publisher", "administrator", "superuser")
# The response to each of USERS, and to an empty form where it differs.
ANSWERS = """
add (change, emptysearch, errorreport, import, oldslug, proposal, thememerge): login 403 403 403 403 403 403
add (group): login 403 403 403 403 403 200
add (items): login 403 403 200 200 200 200
add (synonymset): login 403 403 403 200 200 200
add (user): login 403 403 403 403 200 200
app_list (desk): login 404 200 200 200 200 200
autocomplete (desk): login 403 403 403 403 403 403
bring draft (source): login 403 403 200 200 200 200
bring missing (source): login 302 302 302 302 302 302
bring published (source): login 403 403 200 200 200 200
bring_new (source): login 403 403 200 200 200 200
change (change): login 403 200/403 403 200/403 200/403 200/302
change (emptysearch, import, thememerge): login 403 200/403 200/403 200/403 200/403 200/403
change (errorreport): login 403 200/403 200/302 200/302 200/302 200/302
change (group, user): login 403 200/403 403 403 200/403 200
change (oldslug): login 403 200/403 403 200/403 200/403 200/403
change (proposal): login 404 404 302 302 302 302
change (synonymset): login 403 200/403 200/403 200 200 200
change draft (items): login 403 200/403 200 200 200 200
change missing (change): login 403 302/403 403 302/403 302/403 302
change missing (emptysearch, import, thememerge): login 403 302/403 302/403 302/403 302/403 302/403
change missing (group): login 403 302/403 403 403 302/403 302
change missing (items, errorreport): login 403 302/403 302 302 302 302
change missing (oldslug): login 403 302/403 403 302/403 302/403 302/403
change missing (proposal): login 404 404 404 404 404 404
change missing (synonymset): login 403 302/403 302/403 302 302 302
change missing (user): login 403 302/403 403 403 302 302
change published (items): login 403 200/403 200/403 200 200 200
changelist (change, oldslug): login 403 200 403 200 200 200
changelist (group, user): login 403 200 403 403 200 200
changelist (items, emptysearch, errorreport, import, synonymset, thememerge): login 403 200 200 200 200 200
changelist (proposal): login 403 403 200 200 200 200
comments draft (items): login 403 200 200 200 200 200
comments missing (items): login 404 404 404 404 404 404
comments published (items): login 403 200 200 200 200 200
companions draft (items): login 302 302 302 302 302 302
companions missing (items): login 302 302 302 302 302 302
companions published (items): login 403 403 403 302 302 302
compare (synonymset): login 403 200 200 200 200 200
compare draft (items): login 403 200 200 200 200 200
compare missing (items, synonymset): login 404 404 404 404 404 404
compare published (items): login 403 200 200 200 200 200
copy_differences (source): login 403 200 200 200 200 200
copy_differences missing (source): login 404 404 404 404 404 404
copy_file (source): login 403 200 200 200 200 200
copy_file missing (source): login 404 404 404 404 404 404
copy_now draft (source): login 405/403 405/403 405/302 405/302 405/302 405/302
copy_now missing (source): login 405/404 405/404 405/404 405/404 405/404 405/404
copy_now published (source): login 405/403 405/403 405/302 405/302 405/302 405/302
delete (change, emptysearch, import, proposal, thememerge): login 403 403 403 403 403 403
delete (errorreport, oldslug, synonymset): login 403 403 403 200 200 200
delete (group, user): login 403 403 403 403 403 200
delete draft (items): login 403 403 403 200 200 200
delete missing (change, emptysearch, import, proposal, thememerge): login 403 403 403 403 403 403
delete missing (group, user): login 403 403 403 403 403 302
delete missing (items, errorreport, oldslug, synonymset): login 403 403 403 302 302 302
delete published (items): login 403 403 403 200 200 200
deleted (items): login 403 403 200 200 200 200
deleted (synonymset): login 403 403 403 200 200 200
discard draft (items): login 403 403 200 403 403 403
discard missing (items): login 302 302 302 302 302 302
discard published (items): login 403 403 200 403 403 403
export (tables): login 403 200 200 200 200 200
fitting_themes (quote): login 405/403 405/403 405/200 405/200 405/200 405/200
forgotten (desk): 200 200 200 200 200 200 200
history (change, oldslug): login 403 200 403 200 200 200
history (emptysearch, errorreport, import, synonymset, thememerge): login 403 200 200 200 200 200
history (group, user): login 403 200 403 403 200 200
history (proposal): login 302 302 200 200 200 200
history draft (items): login 403 200 200 200 200 200
history missing (items, synonymset): login 404 404 404 404 404 404
history missing (others): login 302 302 302 302 302 302
history published (items): login 403 200 200 200 200 200
import (tables): login 403 403 200 200 200 200
import_preview (tables): login 403 403 302 302 302 200/302
import_preview missing (tables): login 403 403 302 302 302 302
import_template (tables): login 403 403 200 200 200 200
index (desk): login 200 200 200 200 200 200
jsi18n (desk): login 200 200 200 200 200 200
language (desk): 302 302 302 302 302 302 302
login (desk): 200 302 302 302 302 302 302
logout (desk): 405 405 405 405 405 405 405
mail (desk): login 200 200 200 200 200 200
markdown_preview (desk): login 405 405 405 405 405 405
merge draft (theme): login 403 403 403 200 200 200
merge missing (theme): login 302 302 302 302 302 302
merge published (theme): login 403 403 403 200 200 200
near_duplicates (quote): login 405/403 405/200 405/200 405/200 405/200 405/200
new_password (desk): 200 200 200 200 200 200 200
order (theme): login 403 403 403 200 200 200
password_change (desk): login 200 200 200 200 200 200
password_change (user): login 403 403 403 403 302 200
password_change_done (desk): login 200 200 200 200 200 200
presence (synonymset): login 405/403 405/200 405/200 405/200 405/200 405/200
presence draft (items): login 405/403 405/200 405/200 405/200 405/200 405/200
presence missing (items, synonymset): login 405/404 405/404 405/404 405/404 405/404 405/404
presence published (items): login 405/403 405/200 405/200 405/200 405/200 405/200
proposal (body, initiative, person, principleset, source, theme): login 404 404 404 404 404 404
proposal (quote): login 403 403 200/302 200 200 200
proposal missing (items): login 404 404 404 404 404 404
propose draft (items): login 403 302 302 302 302 302
propose missing (items): login 404 404 404 404 404 404
propose published (items): login 403 302 200 302 302 302
read draft (source): login 403 403 200 200 200 200
read missing (source): login 302 302 302 302 302 302
read published (source): login 403 403 200 200 200 200
recover (synonymset): login 403 403 403 200/302 200/302 200/302
recover (tables, body): login 403 403 200/302 200/302 200/302 200/302
recover draft (theme): login 403 403 200/302 200/302 200/302 200/302
recover missing (items): login 403 403 404 404 404 404
recover missing (synonymset): login 403 403 403 404 404 404
recover published (theme): login 403 403 200/302 200/302 200/302 200/302
recovery_codes (desk): login 302 302 302 302 302 302
revert (synonymset): login 403 403 403 200 200 200
revert draft (items): login 403 403 200 200 200 200
revert missing (items, synonymset): login 404 404 404 404 404 404
revert published (items): login 403 403 403 200 200 200
review draft (source): login 403 403 403 200/302 200/302 200/302
review missing (source): login 302 302 302 302 302 302
review published (source): login 403 403 403 200/302 200/302 200/302
save_filter (items): login 403 200 200 200 200 200
saved_filter (items): login 403 404 404 404 404 200
saved_filter missing (items): login 403 404 404 404 404 404
second_factor (desk): login 200 200 200 200 200 200
second_factor_remove (desk): login 302 302 302 302 302 302
second_factor_set_up (desk): login 200 200 200 200 200 200
second_factor_verify (desk): login 302 302 302 302 302 302
sessions (desk): login 200 200 200 200 200 200
submit draft (source): login 403 403 200 200 200 200
submit missing (source): login 302 302 302 302 302 302
submit published (source): login 403 403 200 200 200 200
take_down (source): login 403 403 403 403 403 200
take_down missing (source): login 404 404 404 404 404 404
undo (import, thememerge): login 403 403 403 200/302 200/302 200/302
undo missing (import, thememerge): login 302 302 302 302 302 302
view_on_site (desk): login 302 302 302 302 302 302
written_date (desk): login 200 200 200 200 200 200
"""
