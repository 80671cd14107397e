# Made by "npm run docs": change the tables in src/cli and run it again.

complete -c distcc -x -a '(__fish_complete_subcommand)'
complete -c distcc -n __fish_is_first_arg -l show-hosts -d 'Print the host list, one a line'
complete -c distcc -n __fish_is_first_arg -s j -d 'Print how many jobs the list takes at once'
complete -c distcc -n __fish_is_first_arg -l ping -d 'Ask every host of the list for a test compile, all at once; exits 1 when one is not up'
complete -c distcc -n __fish_is_first_arg -l status -d 'Show what every job of this user is doing now'
complete -c distcc -n __fish_is_first_arg -l stats -d 'Show what ran where and why since the broker started'
complete -c distcc -n __fish_is_first_arg -l install-masquerade -r -F -d 'Make a link to distcc in DIR for each compiler on the PATH'
complete -c distcc -n __fish_is_first_arg -l scan-includes -d 'Known for the original’s sake: it is for pump mode, which this client does without, and exits 100'
complete -c distcc -n __fish_is_first_arg -l stop -d 'End this user’s broker; the next job starts another'
complete -c distcc -n __fish_is_first_arg -l help -d 'Show this text'
complete -c distcc -n __fish_is_first_arg -l version -d 'Show the version'
