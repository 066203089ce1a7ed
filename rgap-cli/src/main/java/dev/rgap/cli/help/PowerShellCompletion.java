package dev.rgap.cli.help;

import dev.rgap.cli.args.Failure;
import dev.rgap.cli.args.Flag;
import dev.rgap.cli.command.Command;
import dev.rgap.cli.command.CommandTable;
import dev.rgap.cli.command.GlobalFlags;
import java.util.List;

/** The completion for PowerShell. */
final class PowerShellCompletion {

  private PowerShellCompletion() {}

  static String script(CommandTable commands, boolean described) throws Failure {
    StringBuilder summaries = new StringBuilder();
    StringBuilder flags = new StringBuilder();
    addFlags(flags, "", GlobalFlags.ALL, described);
    for (String name : commands.names()) {
      Command command = commands.get(name);
      summaries.append(
          "    " + entry(name, described ? command.summary() : name, List.of(), false) + "\n");
      addFlags(flags, name, command.flags(), described);
    }
    StringBuilder operands = new StringBuilder();
    for (String name : commands.names()) {
      List<String> candidates = commands.get(name).operand().candidates();
      if (!candidates.isEmpty()) {
        operands.append("    " + quoted(name) + " = " + array(candidates) + "\n");
      }
    }
    return TEMPLATE
        .replace("@COMMANDS@", summaries)
        .replace("@FLAGS@", flags)
        .replace("@OPERANDS@", operands)
        .replace("@GLOBAL_VALUE_FLAGS@", array(GlobalFlags.withValue()));
  }

  private static void addFlags(
      StringBuilder table, String command, List<Flag> flags, boolean described) {
    for (Flag flag : flags) {
      boolean file = flag.accepts() == Flag.Accepts.FILE;
      // There must be something: the shell takes no empty text for it.
      String help = described ? flag.help() : flag.name();
      String of = "Command = " + quoted(command) + "; Value = $" + flag.takesValue() + "; ";
      table.append(
          "    @{ "
              + of
              + entry("--" + flag.name(), help, flag.candidates(), file).substring(3)
              + "\n");
      if (flag.hasLetter()) {
        table.append(
            "    @{ "
                + of
                + entry("-" + flag.letter(), help, flag.candidates(), file).substring(3)
                + "\n");
      }
    }
  }

  private static String entry(String name, String help, List<String> candidates, boolean file) {
    return "@{ Name = "
        + quoted(name)
        + "; Help = "
        + quoted(help)
        + "; Values = "
        + array(candidates)
        + "; File = $"
        + file
        + " }";
  }

  private static String array(List<String> items) {
    return "@("
        + String.join(", ", items.stream().map(PowerShellCompletion::quoted).toList())
        + ")";
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static final String TEMPLATE =
      """
      # PowerShell completion for rgap: rgap completion powershell | Out-String | Invoke-Expression
      Register-ArgumentCompleter -Native -CommandName 'rgap' -ScriptBlock {
        param($wordToComplete, $commandAst, $cursorPosition)
        $commands = @(
      @COMMANDS@  )
        $flags = @(
      @FLAGS@  )
        $operands = @{
      @OPERANDS@  }
        $globalValueFlags = @GLOBAL_VALUE_FLAGS@
        $words = @($commandAst.CommandElements |
          Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
          ForEach-Object { $_.ToString() } | Select-Object -Skip 1)
        $command = ''
        for ($i = 0; $i -lt $words.Count; $i++) {
          if ($globalValueFlags -ccontains $words[$i]) { $i++ }
          elseif (-not $words[$i].StartsWith('-')) { $command = $words[$i]; break }
        }
        $known = @($flags | Where-Object { $_.Command -eq '' -or $_.Command -ceq $command })
        $previous = if ($words.Count -gt 0) { $words[-1] } else { '' }
        $prefix = ''
        if ($wordToComplete -match '^(--[a-z-]+=)(.*)$') {
          $prefix = $Matches[1]
          $previous = $prefix.TrimEnd('=')
          $wordToComplete = $Matches[2]
        }
        $flag = $known | Where-Object { $_.Value -and $_.Name -ceq $previous } |
          Select-Object -First 1
        if ($flag -and $flag.File) {
          return [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
        }
        $found = if ($flag) {
          $flag.Values | ForEach-Object { @{ Name = $_; Help = $_ } }
        } elseif ($wordToComplete.StartsWith('-')) {
          $known
        } elseif ($command -eq '') {
          $commands
        } elseif ($operands.ContainsKey($command)) {
          $operands[$command] | ForEach-Object { @{ Name = $_; Help = $_ } }
        }
        $found | Where-Object { $_ -and $_.Name.StartsWith($wordToComplete) } | ForEach-Object {
          [System.Management.Automation.CompletionResult]::new(
            $prefix + $_.Name, $_.Name, 'ParameterValue', $_.Help)
        }
      }
      """;
}
