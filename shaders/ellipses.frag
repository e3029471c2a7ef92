#version 330 core
uniform float halfWidth;
in float across;
flat in vec4 ringColor;
out vec4 color;

void main() {
    color = vec4(ringColor.rgb, ringColor.a * clamp(halfWidth + 0.5 - abs(across), 0.0, 1.0));
}
