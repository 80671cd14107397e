# Made by "npm run docs": change the tables in src/cli and run it again.

_distccmon-text() {
  local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
  # Bash takes --option=value apart at the =
  if [[ $cur == = ]]; then
    cur=
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  case $option in
    *)
      case $cur in
        -*) mapfile -t COMPREPLY < <(compgen -W '--help --version' -- "$cur") ;;
        *) : ;;
      esac
      ;;
  esac
}
complete -F _distccmon-text distccmon-text
