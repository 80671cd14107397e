# Made by "npm run docs": change the tables in src/cli and run it again.

complete -c distccmon-text -f
complete -c distccmon-text -l help -d 'Show this text'
complete -c distccmon-text -l version -d 'Show the version'
