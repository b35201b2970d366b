# Records the exchanges of a plan with VCR: ruby record_vcr.rb PLAN DIRECTORY NAME utf-8|binary|base64 yaml|json
require "base64"
require "json"
require "net/http"
require "vcr"

plan_path, directory, name, bodies, serializer = ARGV
VCR.configure do |config|
  config.cassette_library_dir = directory
  config.hook_into :webmock
  # Compressed bodies are recorded as base64 in any case, because JSON cannot represent them.
  config.preserve_exact_body_bytes do |message|
    is_text = message.body.dup.force_encoding("UTF-8").valid_encoding?
    bodies == "base64" || (serializer == "json" && !is_text)
  end
  config.before_record do |interaction|
    body = interaction.response.body
    utf8 = body.dup.force_encoding("UTF-8")
    interaction.response.body = utf8 if bodies == "utf-8" && utf8.valid_encoding?
  end
end

options = { record: :all, serialize_with: serializer == "json" ? :json : :yaml }
VCR.use_cassette(name, options) do
  JSON.parse(File.read(plan_path)).each do |request|
    url = URI(request["url"])
    # Net::HTTP decompresses only if it has chosen the encodings itself.
    headers = request["headers"].merge("Accept-Encoding" => "gzip")
    kind = Net::HTTP.const_get(request["method"].capitalize)
    sent = kind.new(url, headers)
    sent.body = Base64.decode64(request["body"]) if request["body"]
    Net::HTTP.start(url.host, url.port) { |http| http.request(sent) }
  end
end
