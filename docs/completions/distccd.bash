# Made by "npm run docs": change the tables in src/cli and run it again.

_distccd() {
  local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
  # Bash takes --option=value apart at the =
  if [[ $cur == = ]]; then
    cur=
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  case $option in
    --allow-compiler) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
    --sysroot) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    -P | --pid-file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --log-file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --log-level) mapfile -t COMPREPLY < <(compgen -W 'emerg alert crit error warning notice info debug' -- "$cur") ;;
    --log-format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur") ;;
    --blacklist) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --whitelist) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    -a | --allow | --listen | -p | --port | --tls-port | -j | --jobs | -N | --nice | --oom-score-adj | --user | --job-lifetime | --max-per-client | --max-queue | --max-wait | --max-load | --min-memory | --max-request | --max-memory | --max-file | --stats-port | --drain | --lifetime) ;; # nobody can guess it
    *)
      case $cur in
        -*) mapfile -t COMPREPLY < <(compgen -W '-a --allow --allow-private --listen -p --port --tls --tls-port --plain -j --jobs -N --nice --oom-score-adj --user --job-lifetime --allow-compiler --sysroot --enable-tcp-insecure --max-per-client --max-queue --max-wait --max-load --min-memory --max-request --max-memory --max-file --stats --stats-port --zeroconf -P --pid-file --log-file --log-stderr --log-level --log-format --verbose --daemon --inetd --tunnel --no-detach --drain --lifetime -W --wizard --no-fork --no-fifo --auth --show-principal --blacklist --whitelist --help --version' -- "$cur") ;;
        *) : ;;
      esac
      ;;
  esac
}
complete -F _distccd distccd
