# Made by "npm run docs": change the tables in src/cli and run it again.

_distcc() {
  local cur=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    case $cur in
      -*) mapfile -t COMPREPLY < <(compgen -W '--show-hosts -j --ping --status --stats --install-masquerade --scan-includes --stop --help --version' -- "$cur") ;;
      *) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
    esac
  elif [[ ${COMP_WORDS[1]} == -* ]]; then
    compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  elif declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset 1
  elif declare -F _command_offset >/dev/null; then
    _command_offset 1
  else
    compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}
complete -F _distcc distcc
