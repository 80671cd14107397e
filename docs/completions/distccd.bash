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
    -P | --pid-file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --log-file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --log-level) mapfile -t COMPREPLY < <(compgen -W 'emerg alert crit error warning notice info debug' -- "$cur") ;;
    -a | --allow | --listen | -p | --port | -j | --jobs | -N | --nice | --job-lifetime | --lifetime) ;; # nobody can guess it
    *)
      case $cur in
        -*) mapfile -t COMPREPLY < <(compgen -W '-a --allow --allow-private --listen -p --port -j --jobs -N --nice --job-lifetime --allow-compiler --enable-tcp-insecure -P --pid-file --log-file --log-stderr --log-level --verbose --daemon --no-detach --lifetime --help --version' -- "$cur") ;;
        *) : ;;
      esac
      ;;
  esac
}
complete -F _distccd distccd
