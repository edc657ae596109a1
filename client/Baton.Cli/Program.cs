using Baton.Cli;

return await BatonCommand.RunAsync(args, new Terminal(Console.In, Console.Out, Console.Error));
