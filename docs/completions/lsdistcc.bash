# Made by "npm run docs": change the tables in src/cli and run it again.

_lsdistcc() {
  local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
  # Bash takes --option=value apart at the =
  if [[ $cur == = ]]; then
    cur=
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  case $option in
    -p | --compiler) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
    -P | --protocol) mapfile -t COMPREPLY < <(compgen -W '1 2 3' -- "$cur") ;;
    --language) mapfile -t COMPREPLY < <(compgen -W 'c c++ objc' -- "$cur") ;;
    --hosts-file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --verify) mapfile -t COMPREPLY < <(compgen -W 'object status' -- "$cur") ;;
    --sort) mapfile -t COMPREPLY < <(compgen -W 'speed name found source' -- "$cur") ;;
    --slots) mapfile -t COMPREPLY < <(compgen -W 'keep auto none' -- "$cur") ;;
    --format) mapfile -t COMPREPLY < <(compgen -W 'hosts line json ndjson table env github' -- "$cur") ;;
    --color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur") ;;
    --write) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --forgive) mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur") ;;
    --target | --srv | --mdns-wait | -r | --port | --start | -g | --gap | --dns-server | -h | --dns-resend | -o | --dns-ahead | -t | --timeout | -c | --connect-timeout | -k | --compile-timeout | -m | --network | --repeat | --min-hosts | --max-hosts | --watch) ;; # nobody can guess it
    *)
      case $cur in
        -*) mapfile -t COMPREPLY < <(compgen -W '-p --compiler -P --protocol --target --match-local --language --srv --mdns --mdns-wait --all-addresses --ssh -r --port --start -g --gap --hosts-file --dns-server -h --dns-resend -o --dns-ahead -d --append-domain --tls -t --timeout -c --connect-timeout -k --compile-timeout -m --network --verify --repeat --sort --slots --min-hosts --max-hosts --format --color --watch --write --no-blacklist --blacklist --forgive --no-cache -n --numeric -l --latency -x --down --explain -v --verbose --help --version' -- "$cur") ;;
        *) mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur") ;;
      esac
      ;;
  esac
}
complete -F _lsdistcc lsdistcc
