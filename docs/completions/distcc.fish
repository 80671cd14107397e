# Made by "npm run docs": change the tables in src/cli and run it again.

complete -c distcc -x -a '(__fish_complete_subcommand)'
complete -c distcc -n __fish_is_first_arg -l show-hosts -d 'Print the host list, one a line'
complete -c distcc -n __fish_is_first_arg -s j -d 'Print how many jobs the list takes at once'
complete -c distcc -n __fish_is_first_arg -l help -d 'Show this text'
complete -c distcc -n __fish_is_first_arg -l version -d 'Show the version'
