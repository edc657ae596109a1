using Baton.Core.Text;
using Baton.Engine.Torch.Templates;
using Baton.Engine.Torch.Tests.Tokenization;

namespace Baton.Engine.Torch.Tests.Templates;

public sealed class LoadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("""{"chat_template": "{{ bos_token }}x"}""", "x")]
    [InlineData("""{"bos_token": "<|begin|>", "chat_template": "{{ bos_token }}x"}""", "<|begin|>x")]
    [InlineData("""{"bos_token": {"content": "<|begin|>"}, "eos_token": null, "chat_template": "{{ bos_token }}{{ eos_token }}"}""",
        "<|begin|>")]
    [InlineData("""{"chat_template": [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]}""", "d")]
    [InlineData("""{"pad_token": "[any]", "chat_template": "{{ pad_token }}"}""", "[any]")]
    public void Load_Config_RendersItsTemplate(string config, string expected)
    {
        Write("tokenizer_config.json", config);
        Assert.Equal(expected, Load()!.Render([], false));
    }

    [Fact]
    public void Load_TemplateFile_ComesBeforeTheConfig()
    {
        Write("tokenizer_config.json", """{"eos_token": "<|end|>", "chat_template": "old"}""");
        Write("chat_template.jinja", "new{{ eos_token }}\n");
        Assert.Equal("new<|end|>", Load()!.Render([], false));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"chat_template": null}""")]
    [InlineData("""{"chat_template": [{"name": "rag", "template": "t"}]}""")]
    [InlineData(null)]
    public void Load_NoTemplate_IsNull(string? config)
    {
        if (config is not null)
            Write("tokenizer_config.json", config);
        Assert.Null(Load());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"chat_template": 1}""")]
    [InlineData("""{"chat_template": [1]}""")]
    [InlineData("""{"chat_template": [{"name": "default"}]}""")]
    [InlineData("""{"chat_template": "\ud800"}""")]
    [InlineData("""{"bos_token": 1, "chat_template": ""}""")]
    [InlineData("""{"bos_token": "<|nosuch|>", "chat_template": "x"}""")]
    public void Load_Malformed_IsRefused(string config)
    {
        Write("tokenizer_config.json", config);
        Assert.Throws<ModelFormatException>(Load);
    }

    [Fact]
    public void Load_TemplateThatCannotBeRead_RefusesEachChat()
    {
        Write("tokenizer_config.json", """{"chat_template": "{% nosuch %}"}""");
        var template = Load();
        Assert.IsType<RefusingTemplate>(template);
        var refusal = Assert.Throws<ChatTemplateException>(() => template.Render([], false));
        Assert.Contains("nosuch", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_TemplateFileNotUtf8_IsRefused()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "chat_template.jinja"), [0xff, 0xfe, 0x80]);
        Assert.Throws<ModelFormatException>(Load);
    }

    private IChatTemplate? Load() =>
        HuggingFaceChatTemplate.Load(_folder.FullName, TestTokenizers.ByteLevel);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}
